//! What the people of an account are shown beside balances: ticked here, saved as a whole.
use std::collections::BTreeSet;

use leptos::prelude::*;
use shared::api::{AccountId, Portal, PortalPart, PortalSet};

use super::words;
use crate::format::list;
use crate::query::Query;
use crate::ui::{Badge, Button, Conflict, Form, FormFaults, Panel, Variant, toast};
use crate::{api, t};

/// What is ticked, and what was saved last.
#[derive(Clone, Copy)]
struct Draft {
    ticked: RwSignal<BTreeSet<PortalPart>>,
    saved: RwSignal<Portal>,
}

fn shown(portal: &Portal) -> BTreeSet<PortalPart> {
    portal.parts.iter().copied().collect()
}

impl Draft {
    fn of(saved: Portal) -> Self {
        Self { ticked: RwSignal::new(shown(&saved)), saved: RwSignal::new(saved) }
    }

    fn changed(self) -> bool {
        let saved = self.saved.with(shown);
        self.ticked.with(|ticked| *ticked != saved)
    }

    fn tick(self, part: PortalPart, on: bool) {
        self.ticked.update(|ticked| {
            if on {
                ticked.insert(part);
            } else {
                ticked.remove(&part);
            }
        });
    }

    fn body(self) -> PortalSet {
        PortalSet {
            open: self.saved.with_untracked(|saved| saved.open),
            parts: self.ticked.with_untracked(|ticked| ticked.iter().copied().collect()),
        }
    }

    fn discard(self) {
        self.ticked.set(self.saved.with_untracked(shown));
    }

    /// Takes over what was read since, unless that would be lost under what is ticked: then it is
    /// told as a conflict.
    fn follow(self, now: Portal) {
        let theirs = shown(&now);
        let before = self.saved.with_untracked(shown);
        let (clean, agreed) =
            self.ticked.with_untracked(|ticked| (*ticked == before, *ticked == theirs));
        if clean || agreed || before == theirs {
            self.saved.set(now);
        }
        if clean && !agreed {
            self.ticked.set(theirs);
        }
    }
}

/// The parts, and Save while something is changed.
#[component]
pub(super) fn Parts(id: AccountId, portal: Query<Portal>) -> impl IntoView {
    let Some(first) = portal.get_untracked() else { return ().into_any() };
    let form = Form::new("portal");
    form.register("/parts", t!(portal_access.parts).to_owned());
    let draft = Draft::of(first);
    let may = words::may_change();
    Effect::new(move |_| {
        if let Some(now) = portal.get() {
            draft.follow(now);
        }
    });
    let changed = Memo::new(move |_| draft.changed());
    Effect::new(move |_| {
        if changed.get() {
            form.touched("/parts");
        } else {
            form.settled();
        }
    });
    let send = move || {
        let seen = draft.saved.with_untracked(|saved| saved.version);
        let work = async move |body: PortalSet| api::set_portal(id, seen, &body).await;
        form.send(draft.body(), work, move |now: Portal| {
            draft.saved.try_set(now.clone());
            portal.set(now);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if changed.get_untracked() {
            send();
        }
    };
    let discard = Callback::new(move |()| {
        draft.discard();
        form.clear();
    });
    let theirs = Signal::derive(move || {
        let parts = portal.with(|portal| portal.map(shown)).unwrap_or_default();
        let names: Vec<String> = parts.into_iter().map(|one| words::part(one).to_owned()).collect();
        vec![(t!(portal_access.parts), list(&names))]
    });
    let refresh = Callback::new(move |()| portal.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = portal.get_untracked() {
            draft.saved.set(now);
        }
        send();
    });
    let tick = move |part: &PortalPart| view! { <Tick part=*part draft may /> };
    let ticks = PortalPart::ALL.iter().map(tick).collect_view();
    view! {
        <Panel title=t!(portal_access.parts)>
            <form class="form panel-body" novalidate=true on:submit=submit>
                <p class="text-soft">{t!(portal_access.parts_about)}</p>
                <ul class="grid gap-1">{ticks}</ul>
                {move || may.get().map(|words| view! { <p class="text-muted">{words}</p> })}
                <FormFaults form />
                <Conflict form theirs refresh again />
                <Show when=move || changed.get()>
                    <div class="form-actions">
                        <Button on_press=discard>{t!(settings.discard)}</Button>
                        <Button
                            submit=true
                            variant=Variant::Primary
                            keys="mod enter"
                            busy=form.busy()
                        >
                            {t!(common.save)}
                        </Button>
                    </div>
                </Show>
            </form>
        </Panel>
    }
    .into_any()
}

/// A part, with what it shows: all of it is to be pressed, for a thumb.
#[component]
fn Tick(part: PortalPart, draft: Draft, may: Signal<Option<String>>) -> impl IntoView {
    let name = format!("portal-part-{}", part.name());
    let about = format!("{name}-about");
    let unusual = !PortalPart::USUAL.contains(&part);
    view! {
        <li>
            <label class="field-tick min-h-11 py-1">
                <input
                    type="checkbox"
                    class="checkbox"
                    aria-labelledby=name.clone()
                    aria-describedby=about.clone()
                    disabled=move || may.with(Option::is_some)
                    prop:checked=move || draft.ticked.with(|ticked| ticked.contains(&part))
                    on:change=move |event| draft.tick(part, event_target_checked(&event))
                />
                <span>
                    <span id=name>{words::part(part)}</span>
                    {unusual
                        .then(|| view! { " " <Badge>{t!(portal_access.off_at_first)}</Badge> })}
                    <span class="field-hint block" id=about>{words::part_about(part)}</span>
                </span>
            </label>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal(version: i64, parts: &[PortalPart]) -> Portal {
        let id = "0193a5b0-0000-7000-8000-000000000000".parse().expect("an id");
        let (open, sends_mail, people) = (true, false, Vec::new());
        Portal { account_id: id, open, parts: parts.to_vec(), sends_mail, people, version }
    }

    #[test]
    fn what_others_save_is_followed_unless_something_is_ticked_otherwise() {
        let owner = Owner::new();
        owner.with(|| {
            let draft = Draft::of(portal(1, &[PortalPart::Scope]));
            draft.follow(portal(2, &[PortalPart::Scope, PortalPart::People]));
            assert!(!draft.changed() && draft.body().parts.len() == 2);

            draft.tick(PortalPart::Renewal, true);
            draft.follow(portal(3, &[PortalPart::Invoices]));
            assert_eq!(draft.saved.with_untracked(|saved| saved.version), 2, "it is a conflict");
            draft.follow(portal(4, &[PortalPart::People, PortalPart::Scope]));
            assert_eq!(draft.saved.with_untracked(|saved| saved.version), 4);
            assert!(draft.changed() && draft.body().parts.len() == 3);
            draft.discard();
            assert!(!draft.changed());
        });
    }
}
