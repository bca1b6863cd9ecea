//! Slow start: batches that double until one of them fails.
//!
//! *Models*: `pkg/controller/replicaset/replica_set.go` (slowStartBatch); Jobs use the same.
//! *Not modelled*: the calls of one batch run one after another, never at once.

/// Size of the first batch.
pub const INITIAL_BATCH: u32 = 1;

/// Calls `act` up to `count` times in batches of 1, 2, 4, …. A batch is finished even if a call fails; then no
/// further one begins. Returns the number of successful calls and the first error.
/// Fixture table `replica_set.TestSlowStartBatch`.
pub fn slow_start_batch<E>(
    count: u32,
    initial_batch: u32,
    mut act: impl FnMut() -> Result<(), E>,
) -> (u32, Result<(), E>) {
    let mut remaining = count;
    let mut successes = 0;
    let mut batch = remaining.min(initial_batch);
    while batch > 0 {
        let mut first_error = None;
        for _ in 0..batch {
            match act() {
                Ok(()) => successes += 1,
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_error {
            return (successes, Err(error));
        }
        remaining -= batch;
        batch = remaining.min(batch.saturating_mul(2));
    }
    (successes, Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_batch_is_the_last() {
        // (count, calls that succeed, successes, calls made)
        for (count, limit, successes, calls) in
            [(10, 0, 0, 1), (10, 5, 5, 7), (10, 10, 10, 10), (0, 0, 0, 0)]
        {
            let mut made = 0;
            let (done, result) = slow_start_batch(count, INITIAL_BATCH, || {
                made += 1;
                if made > limit { Err(()) } else { Ok(()) }
            });
            assert_eq!(
                (done, made, result.is_err()),
                (successes, calls, successes < count)
            );
        }
    }
}
