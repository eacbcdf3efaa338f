//! Recording who decided on a change of scope. Source: requirements S0-22, S0-33.
use leptos::prelude::*;
use shared::api::{
    Check, Contact, FieldError, Member, NewScopeDecision, Page, ScopeChange, ScopeChangeId,
};

use super::changes::renewed;
use super::page::Shown;
use super::{holder, holders, said};
use crate::query::{Query, use_query, use_query_when};
use crate::ui::{Form, FormActions, FormFaults, Loaded, Select, TextInput, toast};
use crate::{api, t};

/// Which change is decided, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deciding {
    pub(super) id: ScopeChangeId,
    pub(super) number: i64,
    pub(super) accepts: bool,
}

/// The people a form can name.
#[derive(Clone, Copy)]
pub(super) struct People {
    pub(super) contacts: Query<Page<Contact>>,
    pub(super) members: Query<Page<Member>>,
}

impl People {
    /// Those at the retainer's account, and colleagues.
    pub(super) fn of(shown: Shown) -> Self {
        let account = move || shown.retainer.with(|one| one.map(|one| one.account_id));
        Self {
            contacts: use_query_when(move || account().map(api::contacts)),
            members: use_query(api::active_members),
        }
    }

    /// As a list offers them.
    pub(super) fn choices(self) -> Signal<Vec<crate::ui::Choice>> {
        Signal::derive(move || {
            let contacts = self.contacts.get().map(|page| page.items).unwrap_or_default();
            let members = self.members.get().map(|page| page.items).unwrap_or_default();
            holders(&contacts, &members)
        })
    }
}

/// The form in its dialog.
#[component]
pub(super) fn DecideForm(
    shown: Shown,
    open: RwSignal<bool>,
    of: Deciding,
    changes: Query<Page<ScopeChange>>,
) -> impl IntoView {
    let people = People::of(shown);
    view! {
        <Loaded of=people.contacts.standing() rows=3>
            <Edit shown open of changes people />
        </Loaded>
    }
}

#[component]
fn Edit(
    shown: Shown,
    open: RwSignal<bool>,
    of: Deciding,
    changes: Query<Page<ScopeChange>>,
    people: People,
) -> impl IntoView {
    let form = Form::new("scope-decision");
    let [by, evidence] = [(); 2].map(|()| RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(decided_by) = holder(&by.get_untracked()) else {
            return form.refuse(vec![FieldError::new("/decided_by", "required")]);
        };
        let body = NewScopeDecision { decided_by, evidence: said(&evidence.get_untracked()) };
        if let Err(faults) = body.check() {
            return form.refuse(faults);
        }
        let work = async move { api::decide_scope_change(of.id, of.accepts, &body).await };
        form.run(work, move |_: ScopeChange| {
            renewed(changes);
            shown.scope.refetch();
            open.set(false);
            toast(match of.accepts {
                true => t!(scope.accepted_toast, number = of.number),
                false => t!(scope.declined_toast, number = of.number),
            });
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(scope.decide_about)}</p>
            <Select
                form
                at="/decided_by"
                label=t!(scope.decided_by_label)
                value=by
                choices=people.choices()
            />
            <TextInput
                form
                at="/evidence"
                label=t!(scope.evidence)
                hint=t!(scope.evidence_hint)
                value=evidence
                optional=true
            />
            <FormFaults form />
            <FormActions
                form
                open
                verb=if
                of.accepts
                { t!(scope.accept_now) }
                else
                { t!(scope.decline_now) }
            />
        </form>
    }
}
