//! The containers against plain models, and the isolation of clones.

mod toy;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use engine::{
    Cause, CowDeque, CowIndex, CowMap, CowVec, EventQueue, SimTime, decode, digest, encode,
    hash_str,
};
use toy::Dice;

#[test]
fn cow_vec_is_a_vec_of_options() {
    for seed in 0..5 {
        let mut dice = Dice::new(seed);
        let (mut vec, mut model): (CowVec<u64>, Vec<Option<u64>>) = (CowVec::new(), Vec::new());
        let mut kept: Vec<(CowVec<u64>, Vec<Option<u64>>)> = Vec::new();
        for round in 0..20_000_u64 {
            let id = dice.below(model.len() as u64 + 1) as usize;
            match dice.below(8) {
                0..3 => {
                    assert_eq!(vec.push(round) as usize, model.len());
                    model.push(Some(round));
                }
                3..6 => {
                    let old = model.get_mut(id).and_then(Option::take);
                    assert_eq!(vec.remove(id as u32), old);
                }
                6 if id < model.len() => {
                    assert_eq!(vec.insert(id as u32, round), model[id].replace(round));
                }
                _ => {
                    let row = vec.get_mut(id as u32).map(|row| {
                        *row += 1;
                        *row
                    });
                    let expected = model.get_mut(id).and_then(Option::as_mut).map(|row| {
                        *row += 1;
                        *row
                    });
                    assert_eq!(row, expected);
                }
            }
            if round % 4_000 == 0 {
                kept.push((vec.clone(), model.clone()));
            }
        }
        kept.push((vec, model));
        for (vec, model) in &kept {
            same_rows(vec, model);
            let copy: CowVec<u64> = decode(&encode(vec)).expect("round trip");
            same_rows(&copy, model);
            assert_eq!(digest(&copy), digest(vec));
        }
    }
}

fn same_rows(vec: &CowVec<u64>, model: &[Option<u64>]) {
    let expected: Vec<(u32, u64)> = (0_u32..)
        .zip(model)
        .filter_map(|(id, row)| row.map(|row| (id, row)))
        .collect();
    assert_eq!(vec.next_id() as usize, model.len());
    assert_eq!(vec.len() as usize, expected.len());
    assert_eq!(
        vec.iter().map(|(id, row)| (id, *row)).collect::<Vec<_>>(),
        expected
    );
    for from in [
        0,
        1,
        31,
        32,
        33,
        2_047,
        2_048,
        2_100,
        model.len() as u32,
        u32::MAX,
    ] {
        let range: Vec<u32> = vec.range(from).map(|(id, _)| id).collect();
        let late = expected
            .iter()
            .filter(|(id, _)| *id >= from)
            .map(|(id, _)| *id);
        assert_eq!(range, late.collect::<Vec<_>>(), "from {from}");
    }
}

#[test]
fn cow_vec_drops_empty_pages() {
    let mut vec = CowVec::new();
    for id in 0..300_000_u32 {
        vec.push(id);
        if id >= 3 {
            vec.remove(id - 3);
        }
    }
    assert_eq!((vec.len(), vec.next_id()), (3, 300_000));
    assert!(vec.pages() <= 2);
    assert_eq!(
        vec.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        [299_997, 299_998, 299_999]
    );
    assert!(encode(&vec).len() < 32);
    vec.clear();
    assert_eq!((vec.push(1), vec.iter().count()), (300_000, 1));
}

#[test]
fn queue_is_a_binary_heap() {
    for seed in 0..5 {
        let mut dice = Dice::new(seed + 40);
        let mut queue: EventQueue<u32> = EventQueue::new();
        let mut model = BinaryHeap::new();
        let mut clones = Vec::new();
        for seq in 0..9_000_u64 {
            let at = SimTime(dice.below(500));
            queue.push_caused(at, seq as u32, Cause(seq as u32));
            model.push(Reverse((at, seq)));
            for _ in 0..dice.below(if seq < 6_000 { 2 } else { 4 }) {
                let popped = queue.pop().map(|item| (item.at, u64::from(item.event)));
                assert_eq!(popped, model.pop().map(|Reverse(item)| item));
            }
            assert_eq!(queue.len() as usize, model.len());
            assert_eq!(
                queue.peek().map(|item| item.seq),
                model.peek().map(|r| r.0.1)
            );
            if seq % 1_500 == 0 {
                clones.push((queue.clone(), model.clone()));
            }
        }
        clones.push((queue, model));
        for (queue, model) in clones {
            let mut copy: EventQueue<u32> = decode(&encode(&queue)).expect("round trip");
            assert_eq!(digest(&copy), digest(&queue));
            let expected: Vec<u64> = model
                .into_sorted_vec()
                .into_iter()
                .rev()
                .map(|Reverse((_, seq))| seq)
                .collect();
            assert_eq!(
                queue.sorted().iter().map(|i| i.seq).collect::<Vec<_>>(),
                expected
            );
            let popped = std::iter::from_fn(|| copy.pop()).map(|item| item.seq);
            assert_eq!(popped.collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn deque_is_a_deque_with_positions() {
    for seed in 0..5 {
        let mut dice = Dice::new(seed + 80);
        let start = dice.below(100_000);
        let mut deque = CowDeque::starting_at(start);
        let (mut model, mut first) = (VecDeque::new(), start);
        let mut clones = Vec::new();
        for round in 0..400_u64 {
            for item in 0..dice.below(120) {
                assert_eq!(deque.push_back(item ^ round), first + model.len() as u64);
                model.push_back(item ^ round);
            }
            let some = dice.below(if round % 50 == 49 { 9_000 } else { 60 });
            match dice.below(5) {
                0..2 => {
                    deque.truncate_front(first + some);
                    let gone = model.drain(..(some as usize).min(model.len())).count();
                    first += gone as u64;
                }
                2 => {
                    let end = first + model.len() as u64;
                    deque.truncate_back(end.saturating_sub(some));
                    model.truncate(model.len().saturating_sub(some as usize));
                }
                3 => {
                    if let Some(item) = deque.get_mut(first + some) {
                        *item += 1;
                        model[some as usize] += 1;
                    }
                }
                _ => clones.push((deque.clone(), model.clone(), first)),
            }
            assert_eq!((deque.first(), deque.len()), (first, model.len() as u64));
            assert_eq!(deque.back(), model.back());
        }
        clones.push((deque, model, first));
        for (deque, model, first) in clones {
            let copy: CowDeque<u64> = decode(&encode(&deque)).expect("round trip");
            for deque in [&deque, &copy] {
                assert!(deque.iter().map(|(_, item)| item).eq(&model));
                assert!(deque.iter().map(|(at, _)| at).eq(first..deque.end()));
                assert!(
                    deque
                        .iter()
                        .rev()
                        .map(|(_, item)| item)
                        .eq(model.iter().rev())
                );
                let mut ends = deque.iter();
                let half = model.len().div_ceil(2);
                assert_eq!(ends.by_ref().take(half).count(), half);
                assert!(
                    ends.rev()
                        .map(|(_, item)| item)
                        .eq(model.iter().skip(half).rev())
                );
                let from = first + model.len() as u64 / 3;
                assert!(
                    deque
                        .range(from)
                        .map(|(_, item)| item)
                        .eq(model.iter().skip(model.len() / 3))
                );
                assert_eq!(deque.get(deque.end()), None);
                assert_eq!(
                    first.checked_sub(1).and_then(|before| deque.get(before)),
                    None
                );
            }
        }
    }
}

#[test]
fn index_is_an_ordered_multimap() {
    for seed in 0..3 {
        let mut dice = Dice::new(seed + 120);
        let mut index = CowIndex::new();
        let mut model: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
        let mut kept = None;
        for id in 0..12_000_u32 {
            let hash = hash_str(&["name", &dice.below(4_000).to_string()]);
            index.insert(hash, id);
            model.entry(hash).or_default().insert(id);
            if dice.below(3) < 2 {
                let hash = hash_str(&["name", &dice.below(4_000).to_string()]);
                let ids = model.entry(hash).or_default();
                if let Some(id) = ids.pop_last() {
                    assert!(index.remove(hash, id));
                }
                assert!(!index.remove(hash, u32::MAX - 1));
            }
            if id == 6_000 {
                kept = Some((index.clone(), model.clone()));
            }
        }
        let (old, old_model) = kept.expect("a clone");
        for (index, model) in [(&index, &model), (&old, &old_model)] {
            let copy: CowIndex = decode(&encode(index)).expect("round trip");
            assert_eq!(digest(&copy), digest(index));
            assert_eq!(
                index.len() as usize,
                model.values().map(BTreeSet::len).sum::<usize>()
            );
            for (hash, ids) in model {
                assert!(index.candidates(*hash).eq(ids.iter().copied()));
                assert!(copy.candidates(*hash).eq(ids.iter().copied()));
            }
        }
    }
}

#[test]
fn index_takes_plain_numbers_and_many_of_one() {
    let mut index = CowIndex::new();
    for id in 0..5_000 {
        index.insert(u64::from(id), id);
        index.insert(77_777, id);
    }
    assert_eq!(index.candidates(4_999).collect::<Vec<_>>(), [4_999]);
    assert!(index.candidates(77_777).eq(0..5_000));
    for id in (0..5_000).rev() {
        assert!(index.remove(77_777, id));
    }
    assert_eq!((index.candidates(77_777).count(), index.len()), (0, 5_000));
}

#[test]
fn hashes_of_parts_are_unambiguous_and_pinned() {
    assert_ne!(hash_str(&["ab", "c"]), hash_str(&["a", "bc"]));
    assert_ne!(hash_str(&["a"]), hash_str(&["a", ""]));
    // The published xxh3-64 of nothing.
    assert_eq!(hash_str(&[]), 0x2d06_8005_38d3_94c2);
    let long = "x".repeat(300);
    assert_ne!(hash_str(&[&long, "a"]), hash_str(&[&long, "b"]));
}

#[test]
fn map_is_ordered_and_its_clones_apart() {
    let mut map: CowMap<(u64, u32), u64> = CowMap::new();
    let mut model = BTreeMap::new();
    let mut dice = Dice::new(160);
    for n in 0..5_000_u64 {
        let key = (dice.below(50), dice.below(60) as u32);
        if dice.below(3) == 0 {
            assert_eq!(map.remove(&key), model.remove(&key));
        } else {
            assert_eq!(map.insert(key, n), model.insert(key, n));
        }
    }
    let before = map.clone();
    let model_before = model.clone();
    *map.get_or_insert_with((99, 0), || 5) += 1;
    assert_eq!(map.get(&(99, 0)), Some(&6));
    assert_eq!(map.pop_first(), model.pop_first());
    if let Some(value) = map.get_mut(&(20, 20)) {
        *value += 1;
    }
    assert!(before.iter().eq(&model_before));
    assert_eq!(before.len() as usize, model_before.len());
    assert_eq!(
        (before.first(), before.last()),
        (
            model_before.first_key_value(),
            model_before.last_key_value()
        )
    );
    let range = (7, 0)..(9, 30);
    assert!(before.range(range.clone()).eq(model_before.range(range)));
    let copy: CowMap<(u64, u32), u64> = decode(&encode(&before)).expect("round trip");
    assert_eq!(copy, before);
    assert_ne!(digest(&map), digest(&before));
    let named: CowMap<String, u32> = [("a".to_owned(), 1)].into_iter().collect();
    assert_eq!((named.get("a"), named.get("b")), (Some(&1), None));
}
