//! How a workflow really runs, part by part: typed, each with the decision it serves.
use leptos::prelude::*;
use shared::api::{Improves, Meeting, PartKind, WorkflowPart};

use super::inputs::slug;
use super::lines::{said, some, text};
use super::page::Model;
use super::words;
use crate::t;
use crate::ui::{Button, Choice, Form, Select, TextInput, pointer};

#[derive(Clone, Copy)]
struct Row {
    key: RwSignal<String>,
    kind: RwSignal<String>,
    name: RwSignal<String>,
    serves: RwSignal<String>,
    constraint: RwSignal<String>,
    sop: RwSignal<String>,
    /// Which text of the routine was meant, while the routine stays.
    linked: StoredValue<(String, Option<i64>)>,
    minutes: RwSignal<String>,
    people: RwSignal<String>,
    every_days: RwSignal<String>,
}

impl Row {
    fn of(part: &WorkflowPart) -> Self {
        let meeting = part.meeting.unwrap_or(Meeting { minutes: 30, people: 3, every_days: 7 });
        let number = |n: i64| RwSignal::new(n.to_string());
        let sop = part.sop_id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            key: text(&part.key),
            kind: text(part.kind.name()),
            name: text(&part.name),
            serves: text(part.serves.map_or("", Improves::name)),
            constraint: text(part.constraint.as_deref().unwrap_or_default()),
            linked: StoredValue::new((sop.clone(), part.sop_number)),
            sop: RwSignal::new(sop),
            minutes: number(meeting.minutes),
            people: number(meeting.people),
            every_days: number(meeting.every_days),
        }
    }

    fn read(&self) -> WorkflowPart {
        let kind = PartKind::named(&self.kind.get_untracked()).unwrap_or(PartKind::Step);
        let name = said(self.name);
        let number = |field: RwSignal<String>| said(field).parse::<i64>().unwrap_or(0);
        let meeting = Meeting {
            minutes: number(self.minutes),
            people: number(self.people),
            every_days: number(self.every_days),
        };
        let sop = self.sop.get_untracked();
        let kept = self.linked.with_value(|(id, number)| number.filter(|_| *id == sop));
        WorkflowPart {
            key: some(self.key).unwrap_or_else(|| slug(&name)),
            kind,
            name,
            serves: Improves::named(&self.serves.get_untracked()),
            constraint: some(self.constraint),
            sop_id: sop.parse().ok(),
            sop_number: kept,
            meeting: (kind == PartKind::Meeting).then_some(meeting),
        }
    }
}

/// Parts that are typed in.
#[derive(Clone, Copy)]
pub(super) struct PartsDraft {
    rows: RwSignal<Vec<(u32, Row)>>,
}

impl PartsDraft {
    pub(super) fn new(parts: &[WorkflowPart]) -> Self {
        let rows = parts.iter().map(|part| (crate::browser::next_id(), Row::of(part))).collect();
        Self { rows: RwSignal::new(rows) }
    }

    fn add(self) {
        let part = WorkflowPart {
            key: String::new(),
            kind: PartKind::Step,
            name: String::new(),
            serves: None,
            constraint: None,
            sop_id: None,
            sop_number: None,
            meeting: None,
        };
        self.rows.update(|rows| rows.push((crate::browser::next_id(), Row::of(&part))));
    }

    fn remove(self, id: u32) {
        self.rows.update(|rows| rows.retain(|(one, _)| *one != id));
    }

    pub(super) fn read(self) -> Vec<WorkflowPart> {
        self.rows.with_untracked(|rows| rows.iter().map(|(_, row)| row.read()).collect())
    }
}

#[component]
pub(super) fn PartFields(model: Model, form: Form, draft: PartsDraft) -> impl IntoView {
    let places = move || {
        draft.rows.with(|rows| {
            rows.iter().enumerate().map(|(n, (id, row))| (n, *id, *row)).collect::<Vec<_>>()
        })
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(model.parts)}</legend>
            <p class="text-soft">{t!(model.parts_about)}</p>
            <For each=places key=|(n, id, _)| (*n, *id) let:place>
                <PartRow model form draft place />
            </For>
            <div>
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| draft.add())
                >
                    {t!(model.part_add)}
                </Button>
            </div>
        </fieldset>
    }
}

#[component]
fn PartRow(model: Model, form: Form, draft: PartsDraft, place: (usize, u32, Row)) -> impl IntoView {
    let (n, id, row) = place;
    let at = |name: &str| pointer(&format!("/terms/parts/{n}/{name}"));
    let [minutes, people, every] =
        ["meeting/minutes", "meeting/people", "meeting/every_days"].map(at);
    let kinds = words::choices(PartKind::ALL, PartKind::name, words::part);
    let decisions = words::choices(Improves::ALL, Improves::name, words::improves);
    let sops = Signal::derive(move || {
        let one = |one: shared::api::Sop| Choice::new(one.id.to_string(), one.name);
        model.sops().into_iter().map(one).collect::<Vec<_>>()
    });
    let meets = move || row.kind.get() == PartKind::Meeting.name();
    view! {
        <div class="know-input">
            <div class="form-pair">
                <TextInput form at=at("name") label=t!(model.part_name) value=row.name />
                <Select form at=at("kind") label=t!(model.part_kind) value=row.kind choices=kinds />
            </div>
            <div class="form-pair">
                <Select
                    form
                    at=at("serves")
                    label=t!(model.part_serves)
                    value=row.serves
                    choices=decisions
                    nothing=t!(model.part_serves_none)
                />
                <Select
                    form
                    at=at("sop_id")
                    label=t!(model.sop)
                    value=row.sop
                    choices=sops
                    nothing=t!(model.nowhere)
                />
            </div>
            <TextInput
                form
                at=at("constraint")
                label=t!(model.input_why)
                hint=t!(model.input_why_hint)
                value=row.constraint
                optional=true
            />
            <Show when=meets>
                <div class="form-pair">
                    <TextInput
                        form
                        at=minutes
                        label=t!(model.meeting_minutes)
                        value=row.minutes
                        inputmode="numeric"
                    />
                    <TextInput
                        form
                        at=people
                        label=t!(model.meeting_people)
                        value=row.people
                        inputmode="numeric"
                    />
                    <TextInput
                        form
                        at=every
                        label=t!(model.meeting_every)
                        value=row.every_days
                        inputmode="numeric"
                    />
                </div>
            </Show>
            <div>
                <Button
                    small=true
                    icon=icondata::LuTrash2
                    on_press=Callback::new(move |()| draft.remove(id))
                >
                    {t!(model.part_remove)}
                </Button>
            </div>
        </div>
    }
}
