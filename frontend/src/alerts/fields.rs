//! The fields that say at what somebody is told, as they are typed, and how they are read.
use leptos::prelude::*;
use shared::api::{FieldError, Member, MemberId, PoolAlerts, UnderUse, Unit};

use crate::format::{read_quantity, typed_quantity};
use crate::t;
use crate::ui::{Form, TextInput, pointer};

/// What is typed of a set of levels. An empty field is not told.
#[derive(Clone, Copy)]
pub(super) struct Levels {
    pub(super) percent: RwSignal<String>,
    pub(super) left: RwSignal<String>,
    pub(super) pace: RwSignal<String>,
    pub(super) under: RwSignal<String>,
    pub(super) after: RwSignal<String>,
}

impl Levels {
    /// As they stand in the fields.
    pub(super) fn of(rules: &PoolAlerts, unit: Unit, digits: u32) -> Self {
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let left = rules.left.iter().map(|units| typed_quantity(unit, *units, digits));
        Self {
            percent: RwSignal::new(joined(rules.percent.iter().map(u32::to_string))),
            left: RwSignal::new(joined(left)),
            pace: RwSignal::new(number(rules.pace_points)),
            under: RwSignal::new(number(rules.under_use.map(|rule| rule.points))),
            after: RwSignal::new(number(rules.under_use.map(|rule| rule.after_percent))),
        }
    }

    /// What the API takes; faults stand at the fields below `at`.
    pub(super) fn read(
        self,
        (pool, unit, digits): (&str, Unit, u32),
        at: &str,
        faults: &mut Vec<FieldError>,
    ) -> PoolAlerts {
        let mut fault = |field: &str| faults.push(FieldError::new(&format!("{at}{field}"), "type"));
        let whole = |text: &str| text.trim().parse::<u32>().ok();
        let mut list = |field: &str, text: String| {
            let read: Option<Vec<u32>> = parts(&text).map(whole).collect();
            read.unwrap_or_else(|| {
                fault(field);
                Vec::new()
            })
        };
        let percent = list("/percent", self.percent.get_untracked());
        let pace = list("/pace_points", self.pace.get_untracked());
        let under = list("/under_use/points", self.under.get_untracked());
        let after = list("/under_use/after_percent", self.after.get_untracked());
        let text = self.left.get_untracked();
        let left: Option<Vec<i64>> =
            parts(&text).map(|part| read_quantity(unit, part, digits)).collect();
        PoolAlerts {
            pool: pool.to_owned(),
            percent,
            left: left.unwrap_or_else(|| {
                fault("/left");
                Vec::new()
            }),
            pace_points: pace.first().copied(),
            under_use: under.first().map(|points| UnderUse {
                points: *points,
                after_percent: after.first().copied().unwrap_or(0),
            }),
        }
    }
}

/// Numbers are parted by a comma and a space, or by a semicolon: 1,5 is one number.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').flat_map(|part| part.split(", ")).map(str::trim).filter(|part| !part.is_empty())
}
fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// The fields of a set of levels; units left only where a pool says what is counted.
#[component]
pub(super) fn LevelFields(
    form: Form,
    levels: Levels,
    /// What stands before the names of the fields in the body.
    at: String,
    units: bool,
) -> impl IntoView {
    let field = |name: &str| pointer(&format!("{at}{name}"));
    let (percent, left) = (field("/percent"), field("/left"));
    let left = units.then(|| {
        view! {
            <TextInput
                form
                at=left
                label=t!(alerts.left)
                hint=t!(alerts.left_hint)
                optional=true
                value=levels.left
            />
        }
    });
    view! {
        <div class="form-pair">
            <TextInput
                form
                at=percent
                label=t!(alerts.percent)
                hint=t!(alerts.percent_hint)
                optional=true
                value=levels.percent
            />
            {left}
            <TextInput
                form
                at=field("/pace_points")
                label=t!(alerts.pace)
                hint=t!(alerts.pace_hint)
                inputmode="numeric"
                optional=true
                value=levels.pace
            />
        </div>
        <div class="form-pair">
            <TextInput
                form
                at=field("/under_use/points")
                label=t!(alerts.under)
                hint=t!(alerts.under_hint)
                inputmode="numeric"
                optional=true
                value=levels.under
            />
            <TextInput
                form
                at=field("/under_use/after_percent")
                label=t!(alerts.after)
                hint=t!(alerts.after_hint)
                inputmode="numeric"
                optional=true
                value=levels.after
            />
        </div>
    }
}

/// Who is told: a tick beside each name. Nobody ticked has a meaning of its own, which `nobody`
/// says.
#[component]
pub(super) fn People(
    members: Vec<Member>,
    chosen: RwSignal<Vec<MemberId>>,
    #[prop(into)] nobody: String,
) -> impl IntoView {
    let row = |member: Member| {
        let id = member.id;
        let field = format!("alert-reader-{id}");
        let ticked = move || chosen.with(|chosen| chosen.contains(&id));
        let tick = move |event| {
            let on = event_target_checked(&event);
            chosen.update(|chosen| {
                chosen.retain(|other| *other != id);
                if on {
                    chosen.push(id);
                }
            });
        };
        view! {
            <div class="field-tick">
                <input
                    type="checkbox"
                    class="checkbox"
                    id=field.clone()
                    prop:checked=ticked
                    on:change=tick
                />
                <label for=field>{member.name}</label>
            </div>
        }
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(alerts.people)}</legend>
            <p class="field-hint">{nobody}</p>
            {members.into_iter().map(row).collect_view()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_they_stand() {
        let rules = PoolAlerts {
            pool: "hours".into(),
            percent: vec![80, 100],
            left: vec![120, 90],
            pace_points: Some(20),
            under_use: Some(UnderUse { points: 30, after_percent: 50 }),
        };
        let levels = Levels::of(&rules, Unit::Minutes, 2);
        let mut faults = Vec::new();
        assert_eq!(levels.read(("hours", Unit::Minutes, 2), "", &mut faults), rules);
        assert!(faults.is_empty());
        levels.left.set("1,5; 2".into());
        assert_eq!(levels.read(("hours", Unit::Minutes, 2), "", &mut faults).left, [90, 120]);
        levels.percent.set("80, a lot".into());
        levels.left.set("-".into());
        levels.read(("hours", Unit::Minutes, 2), "/pools/0", &mut faults);
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["/pools/0/percent", "/pools/0/left"]);
    }
}
