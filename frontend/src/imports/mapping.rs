//! Where the clients and projects of a file go, and who its people are.
use leptos::prelude::*;
use shared::api::{
    ImportPerson, ImportTarget, MemberId, PersonChoice, RetainerId, RetainerState, TargetChoice,
};

use super::editor::Editor;
use super::words;
use crate::format::count;
use crate::query::use_query;
use crate::retainers::picker::{Offer, Picker};
use crate::ui::{Button, Panel};
use crate::{api, t, tn};

/// Rows drawn at once.
const STEP: usize = 50;
const SKIP: &str = "skip";
const NEW: &str = "new";

fn target_key(choice: &TargetChoice) -> String {
    match choice {
        TargetChoice::Undecided => String::new(),
        TargetChoice::Skip => SKIP.to_owned(),
        TargetChoice::Retainer { retainer_id } => retainer_id.to_string(),
    }
}

fn target_choice(key: &str) -> TargetChoice {
    match key.parse::<RetainerId>() {
        Ok(retainer_id) => TargetChoice::Retainer { retainer_id },
        Err(_) if key == SKIP => TargetChoice::Skip,
        Err(_) => TargetChoice::Undecided,
    }
}

fn person_key(choice: &PersonChoice) -> String {
    match choice {
        PersonChoice::New => NEW.to_owned(),
        PersonChoice::Skip => SKIP.to_owned(),
        PersonChoice::Member { member_id } => member_id.to_string(),
    }
}

fn person_choice(key: &str) -> PersonChoice {
    match key.parse::<MemberId>() {
        Ok(member_id) => PersonChoice::Member { member_id },
        Err(_) if key == SKIP => PersonChoice::Skip,
        Err(_) => PersonChoice::New,
    }
}

/// The last of the offers: nobody leaves time out by pressing Enter once too often.
fn skip_offer() -> Offer {
    Offer {
        value: SKIP.into(),
        label: t!(imports.skip).into(),
        detail: t!(imports.skip_detail).into(),
    }
}

/// Each client and project with the retainer its time goes to.
#[component]
pub(super) fn TargetsPanel(editor: Editor, may: bool) -> impl IntoView {
    let retainers = use_query(|| api::retainers(&api::RetainerFilter::default()));
    let offers = Signal::derive(move || {
        let mut offers = Vec::new();
        retainers.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            let running = items.iter().filter(|one| one.state != RetainerState::Ended);
            offers.extend(running.map(|one| Offer {
                value: one.id.to_string(),
                label: format!("{} · {}", one.account_name, one.name),
                detail: match one.state {
                    RetainerState::Setup => t!(retainers.state_setup).to_owned(),
                    _ => String::new(),
                },
            }));
        });
        offers.push(skip_offer());
        offers
    });
    let shown = RwSignal::new(STEP);
    let targets = Memo::new(move |_| {
        editor.import.with(|import| import.map_or_else(Vec::new, |import| import.targets.clone()))
    });
    let rows =
        move || targets.with(|all| all.iter().take(shown.get()).cloned().collect::<Vec<_>>());
    let key = |target: &ImportTarget| (target.client.clone(), target.project.clone());
    let more = move || targets.with(Vec::len) > shown.get();
    let undecided = Memo::new(move |_| {
        let open = |one: &&ImportTarget| one.goes_to == TargetChoice::Undecided;
        targets.with(|all| all.iter().filter(open).count()) as i64
    });
    let skip = move || {
        (may && editor.open() && undecided.get() > 1).then(|| {
            view! {
                <Button small=true on_press=Callback::new(move |()| editor.skip_undecided())>
                    {t!(imports.skip_undecided, count = count(undecided.get()))}
                </Button>
            }
        })
    };
    view! {
        <Panel title=t!(imports.targets_title) aside=move || view! { {skip} }>
            <p class="px-4 pt-3 text-soft">{t!(imports.targets_about)}</p>
            <ul class="panel-rows">
                <For each=rows key=key let:target>
                    <TargetRow target editor offers may />
                </For>
            </ul>
            <Show when=more>
                <MoreRows shown />
            </Show>
        </Panel>
    }
}

#[component]
fn MoreRows(shown: RwSignal<usize>) -> impl IntoView {
    view! {
        <div class="p-3">
            <Button on_press=Callback::new(move |()| shown.update(|shown| *shown += STEP))>
                {t!(imports.more_rows)}
            </Button>
        </div>
    }
}

/// Follows the server's choice, except while a change of the reader's is on its way.
fn choice_signal(
    editor: Editor,
    read: impl Fn(&shared::api::Import) -> Option<String> + 'static,
) -> RwSignal<String> {
    let value = RwSignal::new(String::new());
    Effect::new(move |_| {
        editor.refused.track();
        let known = editor.import.with(|import| import.and_then(&read));
        if let Some(known) = known.filter(|_| !editor.busy.get_untracked())
            && value.get_untracked() != known
        {
            value.set(known);
        }
    });
    value
}

#[component]
fn TargetRow(
    target: ImportTarget,
    editor: Editor,
    offers: Signal<Vec<Offer>>,
    may: bool,
) -> impl IntoView {
    let (client, project) = (target.client.clone(), target.project.clone());
    let value = {
        let (client, project) = (client.clone(), project.clone());
        choice_signal(editor, move |import| {
            let same = |one: &&ImportTarget| one.client == client && one.project == project;
            import.targets.iter().find(same).map(|one| target_key(&one.goes_to))
        })
    };
    let picked = Callback::new(move |()| {
        editor.send_to(&client, &project, target_choice(&value.get_untracked()));
    });
    let name = words::target_name(&target);
    let label = t!(imports.target_label, name = name.clone());
    let about = format!("{}, {}", words::rows(target.rows), words::seconds(target.seconds));
    let id = format!("target-{}", crate::browser::next_id());
    view! {
        <MappingRow name about id label value offers picked editor may new_link=true />
    }
}

/// Each person with the member they are.
#[component]
pub(super) fn PeoplePanel(editor: Editor, may: bool) -> impl IntoView {
    let members = use_query(api::members);
    let offers = Signal::derive(move || {
        let mut offers = vec![Offer {
            value: NEW.into(),
            label: t!(imports.person_new).into(),
            detail: t!(imports.person_new_detail).into(),
        }];
        members.with(|page| {
            let items = page.map_or(&[][..], |page| &page.items);
            offers.extend(items.iter().map(|one| Offer {
                value: one.id.to_string(),
                label: one.name.clone(),
                detail: one.email.clone().unwrap_or_default(),
            }));
        });
        offers.push(skip_offer());
        offers
    });
    let shown = RwSignal::new(STEP);
    let people = Memo::new(move |_| {
        editor.import.with(|import| import.map_or_else(Vec::new, |import| import.people.clone()))
    });
    let rows = move || people.with(|all| all.iter().take(shown.get()).cloned().collect::<Vec<_>>());
    let key = |person: &ImportPerson| (person.name.clone(), person.email.clone());
    let people_count =
        move || people.with(|all| tn!(all.len() as i64, imports.people_1, imports.people_n));
    let more = move || people.with(Vec::len) > shown.get();
    view! {
        <Panel title=t!(imports.people_title) aside=move || view! { {people_count} }>
            <p class="px-4 pt-3 text-soft">{t!(imports.people_about)}</p>
            <ul class="panel-rows">
                <For each=rows key=key let:person>
                    <PersonRow person editor offers may />
                </For>
            </ul>
            <Show when=more>
                <MoreRows shown />
            </Show>
        </Panel>
    }
}

#[component]
fn PersonRow(
    person: ImportPerson,
    editor: Editor,
    offers: Signal<Vec<Offer>>,
    may: bool,
) -> impl IntoView {
    let (name, email) = (person.name.clone(), person.email.clone());
    let value = {
        let (name, email) = (name.clone(), email.clone());
        choice_signal(editor, move |import| {
            let same = |one: &&ImportPerson| one.name == name && one.email == email;
            import.people.iter().find(same).map(|one| person_key(&one.is))
        })
    };
    let picked = Callback::new(move |()| {
        editor.name_person(&name, &email, person_choice(&value.get_untracked()));
    });
    let shown = [&person.name, &person.email].into_iter().find(|text| !text.is_empty());
    let shown = shown.cloned().unwrap_or_else(|| t!(imports.person_none).to_owned());
    let label = t!(imports.person_label, name = shown.clone());
    let mail = if person.name.is_empty() || person.email.is_empty() {
        String::new()
    } else {
        format!("{}, ", person.email)
    };
    let about = format!("{mail}{}", words::rows(person.rows));
    let id = format!("person-{}", crate::browser::next_id());
    view! {
        <MappingRow name=shown about id label value offers picked editor may new_link=false />
    }
}

/// A name of the file at the left, what it is here at the right.
#[component]
fn MappingRow(
    name: String,
    about: String,
    id: String,
    label: String,
    value: RwSignal<String>,
    offers: Signal<Vec<Offer>>,
    picked: Callback<()>,
    editor: Editor,
    may: bool,
    new_link: bool,
) -> impl IntoView {
    let open = Memo::new(move |_| may && editor.open());
    let footer = ViewFn::from(move || {
        new_link.then(|| {
            view! { <p><a class="link" href="/accounts?new=1">{t!(imports.new_account)}</a></p> }
        })
    });
    let chosen = move || {
        let value = value.get();
        let label = offers.with(|offers| {
            offers.iter().find(|offer| offer.value == value).map(|offer| offer.label.clone())
        });
        label.unwrap_or_else(|| t!(imports.undecided).to_owned())
    };
    let control = move || {
        if open.get() {
            view! {
                <Picker
                    id=id.clone()
                    value
                    offers
                    label=label.clone()
                    placeholder=t!(imports.undecided_hint)
                    footer=footer.clone()
                    on_pick=picked
                />
            }
            .into_any()
        } else {
            view! { <p>{chosen}</p> }.into_any()
        }
    };
    view! {
        <li class="grid items-center gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-2">
            <div class="min-w-0">
                <p class="font-medium break-words">{name}</p>
                <p class="num text-xs break-words text-muted">{about}</p>
            </div>
            {control}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_way_through_the_picker() {
        let retainer_id: RetainerId =
            "0193a5b0-0000-7000-8000-000000000001".parse().expect("an id");
        let choices =
            [TargetChoice::Undecided, TargetChoice::Skip, TargetChoice::Retainer { retainer_id }];
        for choice in choices {
            assert_eq!(target_choice(&target_key(&choice)), choice);
        }
        let member_id = MemberId(retainer_id.0);
        for choice in [PersonChoice::New, PersonChoice::Skip, PersonChoice::Member { member_id }] {
            assert_eq!(person_choice(&person_key(&choice)), choice);
        }
    }
}
