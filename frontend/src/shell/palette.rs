//! The command palette: every action, every account and retainer, by a few letters.
use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

use super::Area;
use super::key_sheet::KeyCaps;
use crate::{
    api,
    format::{day_in_zone, relative},
    keys::{self, Action, Group},
    query::{Query, use_all},
    requests::request_href,
    session::{use_me, use_today},
    settings, t, tn,
    ui::{Icon, announce, icon, may_leave},
};
use shared::api::{Account, Page, Request, RequestState};

/// Rows shown at once.
const SHOWN: usize = 12;
/// How much each letter may cost for a title still to be found.
const LOOSE: u32 = 9;

/// Something the palette can do.
#[derive(Clone)]
struct Entry {
    title: String,
    about: String,
    keys: &'static str,
    icon: Icon,
    /// An address, or the place of an action in the list it was made with.
    does: Does,
}

#[derive(Clone)]
enum Does {
    Go(String),
    Act(Action),
}

#[component]
pub(super) fn Palette(open: RwSignal<bool>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let accounts =
        use_all(move || open.get().then(|| api::accounts(&api::AccountFilter::default())));
    let requests = use_all(move || open.get().then(|| api::requests(Some(RequestState::New))));
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // A click on the dialog itself is one on its backdrop.
    let outside = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.is_some_and(|target| target.tag_name() == "DIALOG") {
            open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="palette"
            aria-label=t!(shell.palette)
            on:close=move |_| { open.try_set(false); }
            on:click=outside
        >
            <Show when=move || open.get()>
                <Search open accounts requests />
            </Show>
        </dialog>
    }
}

#[component]
fn Search(
    open: RwSignal<bool>,
    accounts: Query<Page<Account>>,
    requests: Query<Page<Request>>,
) -> impl IntoView {
    let actions = keys::actions();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today();
    let asked = move |one: Request| Entry {
        title: one.title,
        about: format!(
            "{} · {}",
            one.account_name,
            relative(day_in_zone(one.created_at, &zone), today.get()),
        ),
        keys: "",
        icon: icondata::LuInbox,
        does: Does::Go(request_href(one.id)),
    };
    let text = RwSignal::new(String::new());
    let place = RwSignal::new(0_usize);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    let hits = Memo::new_with_compare(
        move |_| {
            let mut entries = entries(&actions, accounts.get().as_ref());
            entries.extend(requests.get().into_iter().flat_map(|page| page.items).map(&asked));
            text.with(|text| best(entries, text))
        },
        |_, _| true,
    );
    announce_count(hits);
    let navigate = use_navigate();
    let run = Callback::new(move |n: usize| {
        let Some(entry) = hits.with_untracked(|hits| hits.get(n).cloned()) else { return };
        open.set(false);
        match entry.does {
            Does::Go(href) => {
                if may_leave() {
                    navigate(&href, Default::default());
                }
            }
            // After the dialog has given the focus back.
            Does::Act(action) => request_animation_frame(move || action.run()),
        }
    });
    let pressed = move |event: web_sys::KeyboardEvent| {
        let count = hits.with_untracked(Vec::len);
        let now = place.get_untracked();
        match (event.key().as_str(), count) {
            (_, 0) => return,
            ("ArrowDown", _) => place.set((now + 1) % count),
            ("ArrowUp", _) => place.set((now + count - 1) % count),
            ("Home", _) => place.set(0),
            ("End", _) => place.set(count - 1),
            ("Enter", _) if !event.ctrl_key() && !event.meta_key() => run.run(now.min(count - 1)),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let active =
        move || hits.with(|hits| (!hits.is_empty()).then(|| format!("palette-{}", place.get())));
    view! {
        <div class="palette-field">
            {icon(icondata::LuSearch)}
            <input
                node_ref=input
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-autocomplete="list"
                aria-label=t!(shell.palette_hint)
                aria-activedescendant=active
                placeholder=t!(shell.palette_hint)
                autocomplete="off"
                spellcheck="false"
                prop:value=move || text.get()
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    place.set(0);
                }
                on:keydown=pressed
            />
        </div>
        <Hits hits place run />
    }
}

#[component]
fn Hits(hits: Memo<Vec<Entry>>, place: RwSignal<usize>, run: Callback<usize>) -> impl IntoView {
    let row = move |(n, entry): (usize, Entry)| {
        let chosen = move || if place.get() == n { "true" } else { "false" };
        view! {
            <li
                id=format!("palette-{n}")
                role="option"
                aria-selected=chosen
                on:mousemove=move |_| place.set(n)
                on:click=move |_| run.run(n)
            >
                {icon(entry.icon)}
                <span class="palette-title">{entry.title}</span>
                <span class="palette-about">{entry.about}</span>
                <KeyCaps keys=entry.keys />
            </li>
        }
    };
    let label = t!(shell.palette_results);
    view! {
        <ul id="palette-list" class="palette-list" role="listbox" aria-label=label>
            {move || hits.get().into_iter().enumerate().map(row).collect_view()}
        </ul>
        <Show when=move || hits.with(Vec::is_empty)>
            <p class="palette-none">{t!(shell.palette_none)}</p>
        </Show>
    }
}

/// Says how many fit when that changes.
fn announce_count(hits: Memo<Vec<Entry>>) {
    Effect::new(move |before: Option<usize>| {
        let count = hits.with(Vec::len);
        if before.is_some_and(|before| before != count) {
            announce(match count as i64 {
                0 => t!(shell.palette_none).to_owned(),
                n => tn!(n, shell.palette_count_one, shell.palette_count_other),
            });
        }
        count
    });
}

fn entries(actions: &[Action], accounts: Option<&Page<Account>>) -> Vec<Entry> {
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort_by_key(|action| match action.group {
        Group::Here => 0,
        Group::Everywhere => 1,
        Group::Go => 2,
    });
    let act = |action: &&Action| Entry {
        title: action.title.clone(),
        about: String::new(),
        keys: action.keys,
        icon: match action.group {
            Group::Go => icondata::LuArrowRight,
            _ => icondata::LuZap,
        },
        does: Does::Act((*action).clone()),
    };
    // The palette does not offer to open itself.
    let mut all: Vec<Entry> =
        actions.iter().filter(|action| action.keys != "mod k").map(act).collect();
    for account in accounts.map(|page| page.items.as_slice()).unwrap_or_default() {
        let at = format!("/accounts/{}", account.id);
        for retainer in &account.retainers {
            all.push(Entry {
                title: retainer.name.clone(),
                about: account.name.clone(),
                keys: "",
                icon: icondata::LuRepeat,
                does: Does::Go(format!("{at}/retainers/{}", retainer.id)),
            });
        }
        all.push(Entry {
            title: account.name.clone(),
            about: t!(common.account).to_owned(),
            keys: "",
            icon: icondata::LuBuilding2,
            does: Does::Go(at),
        });
    }
    all.extend(settings::sections().map(|(href, name)| Entry {
        title: name.to_owned(),
        about: Area::Settings.name().to_owned(),
        keys: "",
        icon: icondata::LuSettings,
        does: Does::Go(href),
    }));
    all
}

fn best(entries: Vec<Entry>, text: &str) -> Vec<Entry> {
    let mut found: Vec<(u32, usize, Entry)> = entries
        .into_iter()
        .enumerate()
        .filter_map(|(n, entry)| {
            let own = score(text, &entry.title);
            let whole = || score(text, &format!("{} {}", entry.about, entry.title));
            Some((own.or_else(|| whole().map(|cost| cost + 20))?, n, entry))
        })
        .collect();
    found.sort_by_key(|(cost, n, _)| (*cost, *n));
    found.truncate(SHOWN);
    found.into_iter().map(|(_, _, entry)| entry).collect()
}

/// How well letters fit a title, in order but with gaps: 0 is best. Gaps inside a word cost
/// most, so that initials and beginnings come first.
fn score(wanted: &str, title: &str) -> Option<u32> {
    let title: Vec<char> = title.to_lowercase().chars().collect();
    let wanted: Vec<char> = wanted.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    [true, false].into_iter().filter_map(|initials| walk(&wanted, &title, initials)).min()
}

/// Takes each letter where it comes next, or at the next beginning of a word.
fn walk(wanted: &[char], title: &[char], initials: bool) -> Option<u32> {
    let begins = |n: usize| n == 0 || title.get(n - 1).is_some_and(|c| !c.is_alphanumeric());
    let (mut at, mut cost) = (0, 0);
    for letter in wanted {
        let fits = |n: &usize| title.get(*n) == Some(letter);
        let next = (at..title.len()).find(fits)?;
        let initial = (at..title.len()).filter(fits).find(|n| begins(*n));
        let taken = initial.filter(|_| initials && next != at).unwrap_or(next);
        cost += match taken - at {
            0 => 0,
            _ if begins(taken) => 1,
            gap => 10 + u32::try_from(gap).unwrap_or(u32::MAX).min(100),
        };
        at = taken + 1;
    }
    // Letters strewn over a long title are chance.
    let most = LOOSE * u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    (cost <= most).then_some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_words_come_before_letters_inside() {
        assert_eq!(score("", "Anything"), Some(0));
        assert_eq!(score("hal", "Halden Legal"), Some(0));
        assert_eq!(score("hl", "Halden Legal"), Some(1));
        assert_eq!(score("xyz", "Halden Legal"), None);
        assert!(score("lg", "Halden Legal") > score("le", "Halden Legal"));
        assert!(score("hal", "Halden Legal") < score("hal", "Brightwater Health"));
    }

    #[test]
    fn strewn_letters_are_chance() {
        assert_eq!(score("hal", "Collapse or expand the rail"), None);
    }
}
