//! A parsed line as a flat list of steps, so that running it can stop at any command and go on later.
//!
//! *Invariants*: the output of a word's substitutions is computed before the command that uses it, in the order of
//! [`Simple::words_in_order`]; jumps stay inside the program.

use std::sync::Arc;

use super::ast::{AndOr, Command, Connector, Line, List, Part, Pipeline, Simple, Word};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) heredocs: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// Runs a command; takes the last `values` substituted outputs.
    Run {
        simple: Arc<Simple>,
        values: u32,
    },
    /// Output goes to a new buffer from here …
    Capture,
    /// … which becomes the value of a substitution.
    Substituted,
    /// … which becomes the next stage's standard input; `replaces` the one before.
    Piped {
        replaces: bool,
    },
    /// Back to the standard input from before the pipeline.
    PipelineEnd,
    Negate,
    JumpIfOk(u32),
    JumpIfFailed(u32),
    Jump(u32),
    ForBegin {
        name: Arc<str>,
        words: Arc<[Word]>,
        values: u32,
    },
    /// Takes the next word or jumps.
    ForNext(u32),
    Succeed,
}

impl Program {
    pub fn new(line: &Line) -> Self {
        let mut program = Program {
            ops: Vec::new(),
            heredocs: line.heredocs.clone(),
        };
        program.list(&line.list);
        program
    }

    fn here(&self) -> u32 {
        self.ops.len() as u32
    }

    /// Adds a jump whose target is set later.
    fn jump(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    fn land(&mut self, at: usize) {
        let here = self.here();
        match &mut self.ops[at] {
            Op::JumpIfOk(to) | Op::JumpIfFailed(to) | Op::Jump(to) | Op::ForNext(to) => *to = here,
            other => panic!("INV: not a jump: {other:?}"),
        }
    }

    fn list(&mut self, list: &List) {
        for and_or in &list.0 {
            self.and_or(and_or);
        }
    }

    fn and_or(&mut self, and_or: &AndOr) {
        self.pipeline(&and_or.first);
        for (connector, pipeline) in &and_or.rest {
            let skip = self.jump(match connector {
                Connector::And => Op::JumpIfFailed(0),
                Connector::Or => Op::JumpIfOk(0),
            });
            self.pipeline(pipeline);
            self.land(skip);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        let last = pipeline.stages.len() - 1;
        for (at, stage) in pipeline.stages.iter().enumerate() {
            if at < last {
                self.ops.push(Op::Capture);
            }
            self.command(stage);
            if at < last {
                self.ops.push(Op::Piped { replaces: at > 0 });
            }
        }
        if last > 0 {
            self.ops.push(Op::PipelineEnd);
        }
        if pipeline.negated {
            self.ops.push(Op::Negate);
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(simple) => {
                let heredocs = self.heredocs.clone();
                let values = simple
                    .words_in_order(&heredocs)
                    .map(|word| self.substitutions(word))
                    .sum();
                self.ops.push(Op::Run {
                    simple: Arc::new(simple.clone()),
                    values,
                });
            }
            Command::For { name, words, body } => {
                let values = words.iter().map(|word| self.substitutions(word)).sum();
                self.ops.push(Op::ForBegin {
                    name: Arc::from(name.as_str()),
                    words: words.as_slice().into(),
                    values,
                });
                let next = self.here();
                let end = self.jump(Op::ForNext(0));
                self.list(body);
                self.ops.push(Op::Jump(next));
                self.land(end);
            }
            Command::While { condition, body } => {
                let start = self.here();
                self.list(condition);
                let end = self.jump(Op::JumpIfFailed(0));
                self.list(body);
                self.ops.push(Op::Jump(start));
                self.land(end);
                self.ops.push(Op::Succeed);
            }
            Command::If {
                branches,
                otherwise,
            } => {
                let mut ends = Vec::new();
                for (condition, body) in branches {
                    self.list(condition);
                    let next = self.jump(Op::JumpIfFailed(0));
                    self.list(body);
                    ends.push(self.jump(Op::Jump(0)));
                    self.land(next);
                }
                self.ops.push(Op::Succeed);
                self.list(otherwise);
                ends.into_iter().for_each(|end| self.land(end));
            }
        }
    }

    /// Adds the steps of a word's substitutions; returns how many there are.
    fn substitutions(&mut self, word: &Word) -> u32 {
        let mut count = 0;
        for part in &word.parts {
            if let Part::Substitution { list, .. } = part {
                self.ops.push(Op::Capture);
                self.list(list);
                self.ops.push(Op::Substituted);
                count += 1;
            }
        }
        count
    }
}
