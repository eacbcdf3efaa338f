//! `/portal/retainers/:id/scope`: what a retainer holds, and what it leaves out.
use leptos::prelude::*;
use shared::api::{PortalScope, RetainerId};

use super::address::Address;
use super::api;
use super::parts::{Back, Head, Loaded};
use super::visit::retainer_name;
use crate::query::use_query;
use crate::t;
use crate::ui::Panel;

/// The scope of a retainer.
#[component]
pub(super) fn Scope(
    /// Of which.
    retainer: RetainerId,
) -> impl IntoView {
    let scope = use_query(move || api::scope(retainer));
    view! {
        <Head title=t!(portal.scope)>
            <Back to=Address::Retainer(retainer) words=retainer_name(retainer) />
        </Head>
        <Loaded of=scope.standing() rows=6>
            {move || scope.get().map(|scope| view! { <Shown scope /> })}
        </Loaded>
    }
}

#[component]
fn Shown(scope: PortalScope) -> impl IntoView {
    let PortalScope { outcome, included, excluded } = scope;
    let outcome = outcome.map(|outcome| {
        view! {
            <Panel title=t!(portal.scope_outcome)>
                <p class="panel-body visit-prose">{outcome}</p>
            </Panel>
        }
    });
    view! {
        {outcome}
        <div class="visit-two">
            <Lines title=t!(portal.scope_included) lines=included none=t!(portal.scope_none_in) />
            <Lines title=t!(portal.scope_excluded) lines=excluded none=t!(portal.scope_none_out) />
        </div>
    }
}

#[component]
fn Lines(title: &'static str, lines: Vec<String>, none: &'static str) -> impl IntoView {
    let content = match lines.is_empty() {
        true => view! { <p class="panel-body text-muted">{none}</p> }.into_any(),
        false => {
            let line = |line| view! { <li class="visit-row break-words">{line}</li> };
            let lines = lines.into_iter().map(line).collect_view();
            view! { <ul class="panel-rows">{lines}</ul> }.into_any()
        }
    };
    view! { <Panel title=title>{content}</Panel> }
}
