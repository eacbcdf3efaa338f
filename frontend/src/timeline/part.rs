//! On the page of an account: its next steps, what happened last, and writing to its people.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{AccountId, TimelineItem};

use super::composer::ComposerDialog;
use super::steps::Steps;
use super::stream::Stream;
use super::words;
use crate::{
    api,
    keys::{Group, use_action},
    messages::{Desk, MessageDialog, Writing},
    query::use_query,
    session::use_me,
    t,
    ui::{Button, Empty, Loaded, Panel, styles},
};

/// Next steps and what happened last, of the account that the address names.
#[component]
pub fn TimelinePart() -> impl IntoView {
    styles::adopt(include_str!("../../styles/timeline.css"));
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("account").and_then(|id| id.parse::<AccountId>().ok()))
    });
    move || id.get().map(|id| view! { <Latest id /> })
}

#[component]
fn Latest(id: AccountId) -> impl IntoView {
    let may = use_me().with_untracked(|me| words::keeps(me.role));
    let latest = use_query(move || api::timeline_latest(id));
    let writing = RwSignal::new(false);
    let desk = Desk::default();
    let answer = may.then(|| Callback::new(move |id| desk.begin(Writing::Answer(id))));
    use_action(Group::Here, t!(timeline.compose), "n", move || {
        if may {
            writing.set(true);
        }
    });
    let items = Signal::derive(move || {
        latest.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
    });
    let all = format!("/accounts/{id}/timeline");
    let files = format!("/accounts/{id}/files");
    let aside = move || {
        let press = Callback::new(move |()| writing.set(true));
        let mail = Callback::new(move |()| desk.begin(Writing::New));
        view! {
            <a class="link" href=files.clone()>{t!(files.title)}</a>
            <a class="link" href=all.clone()>{t!(timeline.show_all)}</a>
            {may.then(|| view! {
                <Button small=true icon=icondata::LuMail keys="m" on_press=mail>
                    {t!(messages.write)}
                </Button>
                <Button small=true icon=icondata::LuPlus keys="n" on_press=press>
                    {t!(timeline.compose)}
                </Button>
            })}
        }
    };
    view! {
        <Steps id may />
        <Panel title=t!(timeline.title) aside=aside>
            <Loaded of=latest.standing() rows=4>
                <Show
                    when=move || items.with(|items: &Vec<TimelineItem>| !items.is_empty())
                    fallback=|| view! { <Empty title=t!(timeline.empty) /> }
                >
                    <Stream id items answer />
                </Show>
            </Loaded>
        </Panel>
        <ComposerDialog id open=writing />
        {may.then(|| view! { <MessageDialog account=id desk /> })}
    }
}
