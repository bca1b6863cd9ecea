//! `[start:end:step]`.
//!
//! *Models*: `staging/src/k8s.io/client-go/util/jsonpath (parseArray, evalArray)`.
//! *Invariants*: errors are upstream's.
//! *Not modelled*: nothing.

use apimachinery::Value;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slice {
    start: Option<i64>,
    end: Option<i64>,
    /// `end` is `start + 1`: a single index.
    single: bool,
    step: Option<i64>,
}

impl Slice {
    pub fn parse(text: &str) -> Result<Slice, String> {
        let parts: Vec<&str> = text.split(':').collect();
        let number = |part: Option<&&str>| match part {
            None | Some(&"") => Ok(None),
            Some(part) => part
                .parse::<i64>()
                .map(Some)
                .map_err(|_| format!("invalid array index {text}")),
        };
        if parts.len() > 3 {
            return Err(format!("invalid array index {text}"));
        }
        let start = number(parts.first())?;
        let single = parts.len() == 1;
        Ok(Slice {
            start,
            end: match single {
                true => Some(start.unwrap_or(0) + 1),
                false => number(parts.get(1))?,
            },
            single,
            step: number(parts.get(2))?,
        })
    }

    /// The items it means.
    pub fn of<'v>(&self, items: &'v [Value]) -> Result<Vec<&'v Value>, String> {
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let mut start = self.start.unwrap_or(0);
        if start < 0 {
            start += length;
        }
        let mut end = self.end.unwrap_or(length);
        if end < 0 || end == 0 && self.single {
            end += length;
        }
        if start == end {
            return Ok(Vec::new());
        }
        let outside =
            |index: i64| format!("array index out of bounds: index {index}, length {length}");
        if start >= length || start < 0 {
            return Err(outside(start));
        }
        if end > length || end < 0 {
            return Err(outside(end - 1));
        }
        if start > end {
            return Err(format!(
                "starting index {start} is greater than ending index {end}"
            ));
        }
        let step = self.step.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".into());
        }
        Ok(items[start as usize..end as usize]
            .iter()
            .step_by(step as usize)
            .collect())
    }
}
