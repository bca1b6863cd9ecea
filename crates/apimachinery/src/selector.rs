//! Label selectors: the typed form, the compiled form and the text form.
//!
//! *Models* apimachinery/pkg/labels/selector.go and apimachinery/pkg/apis/meta/v1/helpers.go.
//! *Invariants*: requirements are sorted by key; no selector matches nothing, an empty one all.
//! *Not modelled*: nothing.

pub mod fields;
pub mod parse;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use fields::{FieldRequirement, FieldSelector, escape_value};
pub use parse::validate_label_key;

use crate::field::{ErrorList, FieldError, FieldPath};
use crate::string_map::StringMap;
use crate::validation;
use crate::value::Value;

/// A label selector as objects hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    pub match_labels: StringMap,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelectorRequirement {
    pub key: Arc<str>,
    pub operator: Arc<str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Arc<str>>,
}

impl LabelSelector {
    pub fn from_labels(labels: StringMap) -> Self {
        Self {
            match_labels: labels,
            match_expressions: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// The labels that the selector asks for, if it asks for nothing but values. Fixture table:
    /// `helpers.TestLabelSelectorAsMap`.
    ///
    /// # Errors
    /// An expression that is no single value.
    // kubernetes: apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsMap)
    pub fn as_map(&self) -> Result<StringMap, String> {
        let mut map = self.match_labels.clone();
        for LabelSelectorRequirement {
            key,
            operator,
            values,
        } in &self.match_expressions
        {
            match (&**operator, values.as_slice()) {
                ("In", [only]) => {
                    map.insert(key.clone(), only.clone());
                }
                ("In", _) => {
                    return Err(format!(
                        "operator {operator:?} without a single value cannot be converted into the old label selector format"
                    ));
                }
                ("NotIn" | "Exists" | "DoesNotExist", _) => {
                    return Err(format!(
                        "operator {operator:?} cannot be converted into the old label selector format"
                    ));
                }
                _ => return Err(format!("{operator:?} is not a valid selector operator")),
            }
        }
        Ok(map)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    DoesNotExist,
    Equals,
    DoubleEquals,
    In,
    NotEquals,
    NotIn,
    Exists,
    GreaterThan,
    LessThan,
}

impl Operator {
    // kubernetes: apimachinery/pkg/selection/operator.go
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::DoesNotExist => "!",
            Operator::Equals => "=",
            Operator::DoubleEquals => "==",
            Operator::In => "in",
            Operator::NotEquals => "!=",
            Operator::NotIn => "notin",
            Operator::Exists => "exists",
            Operator::GreaterThan => "gt",
            Operator::LessThan => "lt",
        }
    }

    /// The operator of such a text, as `labels.NewRequirement` is given it.
    pub fn from_text(text: &str) -> Option<Self> {
        const ALL: [Operator; 9] = [
            Operator::DoesNotExist,
            Operator::Equals,
            Operator::DoubleEquals,
            Operator::In,
            Operator::NotEquals,
            Operator::NotIn,
            Operator::Exists,
            Operator::GreaterThan,
            Operator::LessThan,
        ];
        ALL.into_iter().find(|operator| operator.as_str() == text)
    }
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    pub key: Arc<str>,
    pub operator: Operator,
    pub values: Vec<Arc<str>>,
}

impl Requirement {
    /// Checks key and values as `labels.NewRequirement`; the error is its aggregate text.
    pub fn new(
        key: impl Into<Arc<str>>,
        operator: Operator,
        values: Vec<Arc<str>>,
        path: &FieldPath,
    ) -> Result<Self, String> {
        Self::validated(key, operator, values, path).map_err(|errors| errors.to_aggregate())
    }

    /// The same with the errors themselves (table `selectors/selector.TestRequirementConstructor`).
    pub fn validated(
        key: impl Into<Arc<str>>,
        operator: Operator,
        values: Vec<Arc<str>>,
        path: &FieldPath,
    ) -> Result<Self, ErrorList> {
        let key = key.into();
        let mut errors = ErrorList::new();
        if let Err(error) = validate_label_key(&key, &path.child("key")) {
            errors.push(error);
        }
        let values_path = path.child("values");
        let wrong = |detail: &str| {
            let shown: Value = values.iter().map(Value::from).collect();
            FieldError::invalid(&values_path, shown, detail)
        };
        // kubernetes: apimachinery/pkg/labels/selector.go NewRequirement
        match operator {
            Operator::In | Operator::NotIn if values.is_empty() => {
                errors.push(wrong(
                    "for 'in', 'notin' operators, values set can't be empty",
                ));
            }
            Operator::Equals | Operator::DoubleEquals | Operator::NotEquals
                if values.len() != 1 =>
            {
                errors.push(wrong("exact-match compatibility requires one single value"));
            }
            Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
                errors.push(wrong(
                    "values set must be empty for exists and does not exist",
                ));
            }
            Operator::GreaterThan | Operator::LessThan => {
                if values.len() != 1 {
                    errors.push(wrong(
                        "for 'Gt', 'Lt' operators, exactly one value is required",
                    ));
                }
                for (at, value) in values.iter().enumerate() {
                    if value.parse::<i64>().is_err() {
                        errors.push(FieldError::invalid(
                            &values_path.index(at),
                            value,
                            "for 'Gt', 'Lt' operators, the value must be an integer",
                        ));
                    }
                }
            }
            _ => {}
        }
        for (at, value) in values.iter().enumerate() {
            let problems = validation::is_valid_label_value(value);
            if !problems.is_empty() {
                let path = values_path.index(at).key(&key);
                errors.push(FieldError::invalid(&path, value, problems.join("; ")));
            }
        }
        match errors.is_empty() {
            true => Ok(Self {
                key,
                operator,
                values,
            }),
            false => Err(errors),
        }
    }

    pub fn matches(&self, labels: &StringMap) -> bool {
        let value = labels.get(&self.key);
        let has = |value: &Arc<str>| self.values.contains(value);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => value.is_some_and(has),
            Operator::NotIn | Operator::NotEquals => !value.is_some_and(has),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan | Operator::LessThan => {
                let left = value.and_then(|v| v.parse::<i64>().ok());
                let right = match self.values.as_slice() {
                    [only] => only.parse::<i64>().ok(),
                    _ => None,
                };
                match (left, right) {
                    (Some(left), Some(right)) if self.operator == Operator::GreaterThan => {
                        left > right
                    }
                    (Some(left), Some(right)) => left < right,
                    _ => false,
                }
            }
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        let mut sorted: Vec<&str> = self.values.iter().map(|v| &**v).collect();
        sorted.sort_unstable();
        let values = sorted.join(",");
        match self.operator {
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

/// A compiled selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// `None` matches nothing.
    requirements: Option<Vec<Requirement>>,
}

impl Default for Selector {
    fn default() -> Self {
        Selector::everything()
    }
}

impl Selector {
    pub const fn nothing() -> Self {
        Self { requirements: None }
    }

    pub const fn everything() -> Self {
        Self {
            requirements: Some(Vec::new()),
        }
    }

    /// All requirements must hold; they are sorted by key.
    pub fn from_requirements(mut requirements: Vec<Requirement>) -> Self {
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Self {
            requirements: Some(requirements),
        }
    }

    /// Equality with each of these labels; an empty set matches everything.
    pub fn from_set(labels: &StringMap) -> Self {
        let requirement = |(key, value): (&Arc<str>, &Arc<str>)| Requirement {
            key: key.clone(),
            operator: Operator::Equals,
            values: vec![value.clone()],
        };
        Self {
            requirements: Some(labels.iter().map(requirement).collect()),
        }
    }

    /// `None` matches nothing, an empty selector everything.
    pub fn from_label_selector(selector: Option<&LabelSelector>) -> Result<Self, String> {
        let Some(selector) = selector else {
            return Ok(Selector::nothing());
        };
        let mut requirements = Vec::new();
        for (key, value) in selector.match_labels.iter() {
            let values = vec![value.clone()];
            requirements.push(Requirement::new(
                key.clone(),
                Operator::Equals,
                values,
                &FieldPath::root(),
            )?);
        }
        for expression in &selector.match_expressions {
            let operator = match &*expression.operator {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => return Err(format!("{other:?} is not a valid label selector operator")),
            };
            let (key, values) = (expression.key.clone(), expression.values.clone());
            requirements.push(Requirement::new(key, operator, values, &FieldPath::root())?);
        }
        Ok(Selector::from_requirements(requirements))
    }

    /// Parses `a=b,c in (x,y),!d`.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text, &FieldPath::root()).map(Selector::from_requirements)
    }

    pub fn matches(&self, labels: &StringMap) -> bool {
        match &self.requirements {
            Some(all) => all.iter().all(|requirement| requirement.matches(labels)),
            None => false,
        }
    }

    /// True if it restricts nothing.
    pub fn is_everything(&self) -> bool {
        self.requirements.as_ref().is_some_and(Vec::is_empty)
    }

    /// Upstream's `Empty()`: no requirements, and not "nothing".
    pub fn is_empty(&self) -> bool {
        self.is_everything()
    }

    pub fn is_nothing(&self) -> bool {
        self.requirements.is_none()
    }

    pub fn requirements(&self) -> &[Requirement] {
        self.requirements.as_deref().unwrap_or(&[])
    }

    /// The value a label must have, if the selector says so exactly.
    pub fn requires_exact_match(&self, key: &str) -> Option<Arc<str>> {
        let found = self.requirements().iter().find(|r| &*r.key == key)?;
        match (found.operator, found.values.as_slice()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [only]) => {
                Some(only.clone())
            }
            _ => None,
        }
    }
}

/// The canonical text.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, requirement) in self.requirements().iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{requirement}")?;
        }
        Ok(())
    }
}

/// A selector as tables show it: `app=web,x in (a,b)`, or `<none>`.
/// Kubernetes: metav1.FormatLabelSelector.
pub fn format_label_selector(selector: Option<&LabelSelector>) -> String {
    match Selector::from_label_selector(selector) {
        Err(_) => "<error>".into(),
        Ok(selector) => match selector.to_string() {
            text if text.is_empty() => "<none>".into(),
            text => text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed() {
        let mut typed = LabelSelector::from_labels(StringMap::from([("app", "web")]));
        typed.match_expressions.push(LabelSelectorRequirement {
            key: "x".into(),
            operator: "In".into(),
            values: vec!["b".into(), "a".into()],
        });
        assert_eq!(format_label_selector(Some(&typed)), "app=web,x in (a,b)");
        assert_eq!(format_label_selector(None), "<none>");
        let selector = Selector::from_label_selector(Some(&typed)).unwrap();
        assert!(selector.matches(&StringMap::from([("app", "web"), ("x", "a")])));
        assert!(!selector.matches(&StringMap::from([("app", "web")])));
        assert!(
            !Selector::from_label_selector(None)
                .unwrap()
                .matches(&StringMap::new())
        );
        let all = Selector::from_label_selector(Some(&LabelSelector::default())).unwrap();
        assert!(all.matches(&StringMap::new()));
        typed.match_expressions[0].operator = "Foo".into();
        assert_eq!(
            Selector::from_label_selector(Some(&typed)).unwrap_err(),
            r#""Foo" is not a valid label selector operator"#
        );
    }
}
