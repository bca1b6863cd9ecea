//! A toy world for the timeline's tests: machines that count, wait for keyed
//! delays, and now and then start or stop one another.
#![allow(dead_code)]

use engine::{
    CowDeque, CowIndex, CowMap, CowVec, Cx, MS, Seed, SimTime, Timeline, World, hash_str,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Machines {
    pub machines: CowVec<Machine>,
    pub names: CowIndex,
    pub by_count: CowMap<(u64, u32), ()>,
    pub log: CowDeque<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Machine {
    pub name: String,
    pub count: u64,
    pub heard: u64,
}

#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Beat {
    Tick(u32),
    Poke(u32, u64),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Order {
    Add(String),
    Remove(u32),
    Poke(u32, u64),
    Look,
}

fn name_hash(name: &str) -> u64 {
    hash_str(&["machine", name])
}

impl Machines {
    fn count(&mut self, id: u32, by: u64) -> u64 {
        let Some(machine) = self.machines.get_mut(id) else {
            return 0;
        };
        self.by_count.remove(&(machine.count, id));
        machine.count += by;
        self.by_count.insert((machine.count, id), ());
        machine.count
    }

    pub fn find(&self, name: &str) -> Option<u32> {
        let is = |id: &u32| self.machines.get(*id).is_some_and(|m| m.name == name);
        self.names.candidates(name_hash(name)).find(is)
    }
}

impl World for Machines {
    type Event = Beat;
    type Command = Order;
    type Reply = u64;

    fn handle(&mut self, event: Beat, cx: &mut Cx<'_, Beat>) {
        match event {
            Beat::Tick(id) => {
                if self.machines.get(id).is_none() {
                    return;
                }
                let count = self.count(id, 1);
                cx.because(count);
                let key = id.to_le_bytes();
                // Delays of 0 make many events of one time.
                cx.after(
                    MS * cx.below("delay", &key, count, 7) as u32,
                    Beat::Tick(id),
                );
                if count.is_multiple_of(5) {
                    let other = cx.below("other", &key, count, u64::from(self.machines.next_id()));
                    cx.after(MS, Beat::Poke(other as u32, count));
                }
            }
            Beat::Poke(id, with) => {
                if let Some(machine) = self.machines.get_mut(id) {
                    machine.heard = machine.heard.wrapping_mul(31).wrapping_add(with);
                    self.log.push_back(machine.heard ^ u64::from(cx.cause().0));
                    self.log.truncate_front(self.log.end().saturating_sub(500));
                }
            }
        }
    }

    fn apply(&mut self, command: &Order, cx: &mut Cx<'_, Beat>) -> u64 {
        cx.because(cx.command() << 32);
        match command {
            Order::Add(name) => {
                let machine = Machine {
                    name: name.clone(),
                    count: 0,
                    heard: 0,
                };
                let id = self.machines.push(machine);
                self.names.insert(name_hash(name), id);
                self.by_count.insert((0, id), ());
                // One millisecond of rest, so that ticks of one time end.
                cx.after(MS, Beat::Tick(id));
                u64::from(id)
            }
            Order::Remove(id) => {
                let Some(machine) = self.machines.remove(*id) else {
                    return 0;
                };
                self.by_count.remove(&(machine.count, *id));
                assert!(self.names.remove(name_hash(&machine.name), *id));
                machine.count
            }
            Order::Poke(id, with) => {
                cx.after(MS * 3, Beat::Poke(*id, *with));
                self.count(*id, *with % 3)
            }
            Order::Look => self.log.end() ^ cx.now().as_nanos(),
        }
    }
}

/// Random numbers for a test: keyed, so that a failure repeats.
pub struct Dice {
    seed: Seed,
    n: u64,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice {
            seed: Seed(seed),
            n: 0,
        }
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.n += 1;
        self.seed.below("dice", b"", self.n, bound)
    }
}

pub fn order(dice: &mut Dice, n: u64) -> Order {
    match dice.below(6) {
        0..3 => Order::Add(format!("m{n}")),
        3 => Order::Remove(dice.below(n + 1) as u32),
        4 => Order::Poke(dice.below(n + 1) as u32, dice.below(1_000)),
        _ => Order::Look,
    }
}

/// Lives a history of `lines` lines, each of up to three commands and some
/// time, run in slices of `slice` steps; returns the replies too.
pub fn live(seed: u64, lines: u64, slice: u32) -> (Timeline<Machines>, Vec<u64>) {
    let mut timeline = Timeline::new(Machines::default(), Seed(seed));
    let mut replies = Vec::new();
    let mut dice = Dice::new(seed);
    for n in 0..lines {
        timeline.begin_line(&format!("line {n}"));
        for _ in 0..dice.below(4) {
            let order = order(&mut dice, n);
            replies.push(timeline.apply(order));
        }
        let until = timeline.now() + MS * dice.below(40) as u32;
        run(&mut timeline, until, slice);
    }
    (timeline, replies)
}

pub fn run(timeline: &mut Timeline<Machines>, until: SimTime, slice: u32) {
    while !timeline.run(until, slice).reached {}
    assert_eq!(timeline.now(), until);
}
