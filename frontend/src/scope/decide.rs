//! Recording who decided on a change of scope. Source: requirements S0-22, S0-33.
use leptos::prelude::*;
use shared::api::{
    Account, AccountKind, Check, Contact, Delegation, FieldError, Holder, Member, NewScopeDecision,
    Page, ScopeChange,
};

use super::changes::{Brings, renewed};
use super::page::Shown;
use super::{deciders, holder, holders, said};
use crate::query::{Query, use_query, use_query_when};
use crate::session::use_me;
use crate::ui::{Form, FormActions, FormFaults, Loaded, Select, TextInput, toast};
use crate::{api, t};

/// Which change is decided, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deciding {
    pub(super) change: ScopeChange,
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

/// Those who may decide about the retainer today.
#[derive(Clone, Copy)]
pub(super) struct Deciders {
    pub(super) people: People,
    account: Query<Account>,
    given: Query<Page<Delegation>>,
}

impl Deciders {
    pub(super) fn of(shown: Shown) -> Self {
        let account = move || shown.retainer.with(|one| one.map(|one| one.account_id));
        let id = shown.id;
        Self {
            people: People::of(shown),
            account: use_query_when(move || account().map(api::account)),
            given: use_query(move || api::delegations(id)),
        }
    }

    fn choices(self) -> Signal<Vec<crate::ui::Choice>> {
        self.beside(move || self.given.get().map(|page| page.items).unwrap_or_default())
    }

    /// Those who decide without a delegation, and may give one.
    pub(super) fn of_business(self) -> Signal<Vec<crate::ui::Choice>> {
        self.beside(Vec::new)
    }

    fn beside(
        self,
        given: impl Fn() -> Vec<Delegation> + Send + Sync + 'static,
    ) -> Signal<Vec<crate::ui::Choice>> {
        Signal::derive(move || {
            let contacts = self.people.contacts.get().map(|page| page.items).unwrap_or_default();
            let members = self.people.members.get().map(|page| page.items).unwrap_or_default();
            let given = given();
            let partner =
                self.account.with(|one| one.is_some_and(|one| one.kind == AccountKind::Partner));
            deciders((&contacts, &members), partner, &given)
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
    let who = Deciders::of(shown);
    let of = StoredValue::new(of);
    view! {
        <Loaded of=who.people.contacts.standing() rows=3>
            <Edit shown open of changes who />
        </Loaded>
    }
}

#[component]
fn Edit(
    shown: Shown,
    open: RwSignal<bool>,
    of: StoredValue<Deciding>,
    changes: Query<Page<ScopeChange>>,
    who: Deciders,
) -> impl IntoView {
    let Deciding { change, accepts } = of.get_value();
    let (id, number) = (change.id, change.number);
    let form = Form::new("scope-decision");
    let me = use_me().with_untracked(|me| me.member_id);
    let [by, evidence] = [(); 2].map(|()| RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(decided_by) = holder(&by.get_untracked()) else {
            return form.refuse(vec![FieldError::new("/decided_by", "required")]);
        };
        let own = decided_by == Holder::Member { id: me };
        if !own && evidence.with_untracked(|words| words.trim().is_empty()) {
            return form.refuse(vec![FieldError::new("/evidence", "required")]);
        }
        let body = NewScopeDecision { decided_by, evidence: said(&evidence.get_untracked()) };
        if let Err(faults) = body.check() {
            return form.refuse(faults);
        }
        let work = async move { api::decide_scope_change(id, accepts, &body).await };
        form.run(work, move |_: ScopeChange| {
            renewed(changes);
            shown.scope.refetch();
            open.set(false);
            toast(match accepts {
                true => t!(scope.accepted_toast, number = number),
                false => t!(scope.declined_toast, number = number),
            });
        });
    };
    // Whoever decides here themselves needs no other evidence than that.
    let own = Memo::new(move |_| by.with(|value| holder(value)) == Some(Holder::Member { id: me }));
    let evidence_field = move || {
        let optional = own.get();
        view! {
            <TextInput
                form
                at="/evidence"
                label=t!(scope.evidence)
                hint=t!(scope.evidence_hint)
                value=evidence
                optional
            />
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Brings shown change />
            <p class="text-soft">{t!(scope.decide_about)}</p>
            <Select
                form
                at="/decided_by"
                label=t!(scope.decided_by_label)
                value=by
                choices=who.choices()
            />
            {evidence_field}
            <FormFaults form />
            <FormActions
                form
                open
                verb=if
                accepts
                { t!(scope.accept_now) }
                else
                { t!(scope.decline_now) }
            />
        </form>
    }
}
