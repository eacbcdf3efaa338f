//! The operating model on one page: who decides what, when it is looked at again, how it runs,
//! what gets in the way.
use leptos::prelude::*;
use shared::api::{Page, Sop, Workflow};

use super::board::Board;
use super::changes::Changes;
use super::frictions::Frictions;
use super::map::ConstraintPanel;
use super::roles::{Cadences, Levels, Meetings, Seats};
use super::sops::Sops;
use super::types::Types;
use super::usage::Usage;
use super::workflows::Workflows;
use crate::keys::{Group, use_action};
use crate::query::{Query, use_all};
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::ui::PageHeader;
use crate::{api, t};

/// What several panels look at.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) workflows: Query<Page<Workflow>>,
    pub(super) sops: Query<Page<Sop>>,
    /// May write routines and workflows.
    pub(super) may: bool,
}

impl Model {
    pub(super) fn workflows(self) -> Vec<Workflow> {
        self.workflows.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
    }
    pub(super) fn sops(self) -> Vec<Sop> {
        self.sops.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
    }
}

/// `/model`
#[component]
pub fn ModelPage() -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let workflows = use_all(|| Some(api::workflows()));
    let sops = use_all(|| Some(api::sops(None)));
    let model = Model { workflows, sops, may };
    let writing = RwSignal::new(false);
    if may {
        use_action(Group::Here, t!(model.sop_new), "c", move || writing.set(true));
    }
    view! {
        <PageHeader title=t!(model.title) area=Area::Model about=t!(model.about)>""</PageHeader>
        <div class="page">
            <div class="know-columns">
                <div class="stack">
                    <Workflows model />
                    <Sops sops may open=writing />
                    <Types model />
                    <Frictions model />
                    <ConstraintPanel />
                    <Usage model />
                </div>
                <div class="stack">
                    <Board />
                    <Cadences model />
                    <Seats model />
                    <Levels />
                    <Meetings model />
                    <Changes model />
                </div>
            </div>
        </div>
    }
}
