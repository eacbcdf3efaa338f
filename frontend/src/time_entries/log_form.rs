//! The form that logs time: on its page, and in the dialog that `L` opens.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ApprovalReason, ErrorCode, NewTimeEntry, RetainerState, TimeRecorded};

use super::effect::Effect;
use super::fields::Fields;
use super::pending::Pending;
use super::pool::PoolSelect;
use super::renew;
use crate::api::Fault;
use crate::format::effort;
use crate::i18n::fault_words;
use crate::meter::left_words;
use crate::query::use_query;
use crate::retainers::picker::{Offer, Picker};
use crate::session::{manages, use_me};
use crate::ui::{
    Button, Checkbox, Choice, Field, Form, FormFaults, Select, TextArea, TextInput, Variant,
    announce_now, toast, toast_undo,
};
use crate::{api, browser, t};

/// The retainers that take time, for a picker.
pub(super) fn retainer_offers() -> Signal<Vec<Offer>> {
    let retainers = use_query(|| api::retainers(&api::RetainerFilter::default()));
    Signal::derive(move || {
        retainers.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let running = items.iter().filter(|retainer| retainer.state != RetainerState::Ended);
            let offer = running.map(|retainer| Offer {
                value: retainer.id.to_string(),
                label: format!("{} · {}", retainer.account_name, retainer.name),
                detail: retainer.balances.iter().map(left_words).collect::<Vec<_>>().join(", "),
            });
            offer.collect()
        })
    })
}

/// Retainer, day, effort, note, person, and the balance beside them.
#[component]
pub(super) fn LogForm(
    /// Tells the ids of its fields from those of the other form.
    name: &'static str,
    /// The fields.
    fields: Fields,
    /// Takes the focus: the retainer, or the effort where the retainer is known.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it is out of sight.
    #[prop(optional, into)]
    away: Signal<bool>,
    /// When it is sent, if the form then goes out of sight.
    #[prop(optional_no_strip, into)]
    on_send: Option<Callback<()>>,
    /// When it was recorded, or why it was refused.
    #[prop(optional_no_strip, into)]
    on_done: Option<Callback<Option<Fault>>>,
) -> impl IntoView {
    let form = Form::new(name);
    let asking = Asking::of(form);
    let offers = retainer_offers();
    let known = untrack(|| fields.retainer().is_some());
    let me = use_me();
    let send = move |admin: bool| {
        let new = match untrack(|| fields.read()) {
            // In one tap, whatever the fields say: it costs, draws nothing and is no piece of work.
            Ok(new) if admin => {
                NewTimeEntry { draws: false, pool: None, work_item_id: None, ..new }
            }
            Ok(new) => NewTimeEntry { approval: asking.reason(), ..new },
            Err(faults) => return form.refuse(faults),
        };
        if form.busy().get_untracked() {
            return;
        }
        browser::store("log-retainer", Some(&new.retainer_id.to_string()));
        let work = async move |new: NewTimeEntry| {
            let pending = Pending::show(&new, offers, me);
            if let Some(send) = on_send {
                // It is on its way: nothing is left behind with the page.
                form.settled();
                send.try_run(());
            }
            let outcome = api::record_time(&new).await;
            pending.over(outcome.as_ref().ok());
            if let (Err(fault), Some(done)) = (&outcome, on_done) {
                done.try_run(Some(fault.clone()));
            }
            outcome
        };
        form.send(new, work, move |recorded: TimeRecorded| {
            fields.effort.try_set(String::new());
            fields.note.try_set(String::new());
            asking.over();
            told(&recorded);
            if let Some(done) = on_done {
                done.try_run(None);
            }
            renew();
        });
    };
    let admin = Callback::new(move |()| send(true));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(false);
    };
    // Out of sight it is nobody's to leave; back in sight what was typed is asked about again.
    Effect::new(move |was_away: Option<bool>| {
        let away = away.get();
        if was_away == Some(true) && !away {
            form.touched("");
        }
        away
    });
    let retainer_id = form.id("/retainer_id");
    let invalid = Signal::derive(move || form.fault("/retainer_id").is_some());
    let picked = Callback::new(move |()| form.touched("/retainer_id"));
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Field form at="/retainer_id" label=t!(common.retainer)>
                <Picker
                    id=retainer_id.clone()
                    value=fields.retainer
                    offers
                    invalid
                    on_pick=picked
                    autofocus=autofocus && !known
                />
            </Field>
            <div class="form-pair">
                <TextInput
                    form
                    at="/worked_on"
                    label=t!(time.date)
                    kind="date"
                    value=fields.worked_on
                />
                <TextInput
                    form
                    at="/minutes"
                    label=t!(time.effort)
                    hint=read_words(fields)
                    value=fields.effort
                    autofocus=autofocus && known
                />
            </div>
            <TextInput form at="/note" label=t!(time.note) optional=true value=fields.note />
            <PersonSelect form fields />
            <Checkbox
                form
                at="/draws"
                label=t!(time.draws)
                hint=t!(time.draws_hint)
                value=fields.draws
            />
            <PoolSelect form fields />
            <div class="flex flex-col gap-2 rounded-md bg-sunken p-3">
                <Effect fields />
            </div>
            <AskFirst form asking />
            <FormFaults form />
            <div class="form-actions">
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(time.save)}
                </Button>
                <Show when=move || fields.draws.get()>
                    <Button busy=form.busy() on_press=admin>{t!(time.save_admin)}</Button>
                </Show>
            </div>
        </form>
    }
}

/// Whether the server has asked for an approval, and what is typed as the reason for it.
#[derive(Clone, Copy)]
struct Asking {
    asked: RwSignal<bool>,
    why: RwSignal<String>,
}

impl Asking {
    /// Watches for a refusal of the form that asks for one.
    fn of(form: Form) -> Self {
        let asking = Self { asked: RwSignal::new(false), why: RwSignal::new(String::new()) };
        leptos::prelude::Effect::new(move |_| {
            if form.failure().is_some_and(|fault| fault.is(ErrorCode::ApprovalNeeded)) {
                asking.asked.set(true);
            }
        });
        asking
    }
    /// The reason, once it was asked for.
    fn reason(self) -> Option<ApprovalReason> {
        let why = self.why.get_untracked().trim().to_owned();
        let given = self.asked.get_untracked() && !why.is_empty();
        given.then_some(ApprovalReason { reason: why })
    }
    fn over(self) {
        self.asked.try_set(false);
        self.why.try_set(String::new());
    }
}

/// Why it may go beyond the limit; who may not approve is told whom to ask.
#[component]
fn AskFirst(form: Form, asking: Asking) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    view! {
        <Show when=move || asking.asked.get()>
            {if may {
                view! {
                    <TextArea
                        form
                        at="/approval/reason"
                        label=t!(alerts.reason)
                        hint=t!(alerts.needs)
                        value=asking.why
                        rows=2
                    />
                }
                .into_any()
            } else {
                view! { <p class="note note-warn">{t!(alerts.needs_other)}</p> }.into_any()
            }}
        </Show>
    }
}

/// How the effort was read.
pub(super) fn read_words(fields: Fields) -> Signal<String> {
    Signal::derive(move || match fields.minutes() {
        Some(minutes) if minutes > 0 => t!(time.read_as, value = effort(minutes)),
        _ => t!(time.effort_hint).to_owned(),
    })
}

/// Managers log for others too.
#[component]
fn PersonSelect(form: Form, fields: Fields) -> impl IntoView {
    let me = use_me();
    let may = me.with_untracked(|me| manages(me.role));
    may.then(|| {
        let members = use_query(api::active_members);
        let choices = Signal::derive(move || {
            let own = me.with(|me| me.member_id);
            members.with(|page| {
                let items = page.map_or(&[][..], |page| &page.items);
                let others = items.iter().filter(|member| member.id != own);
                others.map(|member| Choice::new(member.id.to_string(), &*member.name)).collect()
            })
        });
        view! {
            <Select
                form
                at="/member_id"
                label=t!(time.person)
                value=fields.member
                choices
                nothing=t!(time.person_me)
                optional=true
            />
        }
    })
}

/// Says what was logged, and offers to take it back.
fn told(recorded: &TimeRecorded) {
    let entry = &recorded.entry;
    let name = format!("{} · {}", entry.account_name, entry.retainer_name);
    let words = t!(time.saved, effort = effort(entry.minutes), retainer = name);
    let (id, version, minutes) = (entry.id, entry.version, entry.minutes);
    toast_undo(words, move || {
        spawn_local(async move {
            match api::remove_time(id, version).await {
                Ok(_) => toast(t!(time.taken_back, effort = effort(minutes))),
                Err(fault) => {
                    let words = t!(time.undo_failed, why = fault_words(&fault));
                    announce_now(words.clone());
                    toast(words);
                }
            }
            renew();
        });
    });
}
