//! Keys of integrators: made here, shown once, ended here.
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{ApiKey, ApiKeyMade, NewApiKey, Page, Role};

use crate::{
    api,
    format::moment,
    i18n::fault_words,
    members::{may_administer, role_named, role_words, roles_below},
    query::{self, Query, use_query},
    session::{use_me, use_today},
    t,
    ui::{
        Button, Choice, CopyText, Dialog, Empty, Form, FormActions, FormFaults, Loaded, Panel,
        Select, TextInput, Variant, toast,
    },
};

#[component]
pub(super) fn ApiKeys() -> impl IntoView {
    let keys = use_query(api::api_keys);
    let making = RwSignal::new(false);
    let ending = RwSignal::new(None::<ApiKey>);
    let may = may_administer();
    let open = Callback::new(move |()| making.set(true));
    let rows = move || keys.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let aside = move || {
        view! {
            <Button small=true icon=icondata::LuPlus reason=may on_press=open>
                {t!(settings.make_key)}
            </Button>
        }
    };
    let none = move || {
        view! {
            <Empty
                icon=icondata::LuKeyRound
                title=t!(settings.no_keys)
                about=t!(settings.no_keys_about)
            >
                <Button reason=may on_press=open>{t!(settings.make_key)}</Button>
            </Empty>
        }
    };
    view! {
        <Panel title=t!(settings.keys) aside=aside>
            <Loaded of=keys.standing() rows=2>
                <Show when=move || !rows().is_empty() fallback=none>
                    <div class="table-wrap">
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(settings.key_name)}</th>
                                    <th scope="col">{t!(members.role)}</th>
                                    <th scope="col">{t!(settings.last_used)}</th>
                                    <th scope="col">{t!(settings.ends)}</th>
                                    <th scope="col">
                                        <span class="sr-only">{t!(members.actions)}</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=rows key=|key| (key.id, key.version) let:key>
                                    <KeyRow key_row=key ending may />
                                </For>
                            </tbody>
                        </table>
                    </div>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=making title=t!(settings.make_key)>
            <MakeForm open=making />
        </Dialog>
        <EndDialog ending keys />
    }
}

#[component]
fn KeyRow(
    key_row: ApiKey,
    ending: RwSignal<Option<ApiKey>>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let me = use_me();
    let today = use_today();
    let when = move |at: Option<chrono::DateTime<chrono::Utc>>, none: &'static str| {
        let zone = me.with_untracked(|me| me.organisation.timezone.clone());
        at.map_or_else(|| none.to_owned(), |at| moment(at, &zone, today.get_untracked()))
    };
    let kept = StoredValue::new(key_row.clone());
    let end = Callback::new(move |()| ending.set(Some(kept.get_value())));
    view! {
        <tr>
            <th scope="row" class="person"><span class="row-link">{key_row.name.clone()}</span></th>
            <td data-label=t!(members.role)>{role_words(key_row.role)}</td>
            <td data-label=t!(settings.last_used) class="num">
                {when(key_row.last_used_at, t!(settings.never_used))}
            </td>
            <td data-label=t!(settings.ends) class="num">
                {when(key_row.expires_at, t!(settings.never_ends))}
            </td>
            <td class="end">
                <Button small=true reason=may on_press=end>
                    {t!(settings.end_key)}
                    <span class="sr-only">{format!(", {}", key_row.name)}</span>
                </Button>
            </td>
        </tr>
    }
}

/// How long a key holds, in days; 0 for always.
const SPANS: [u64; 4] = [30, 90, 365, 0];

#[component]
fn MakeForm(open: RwSignal<bool>) -> impl IntoView {
    let me = use_me();
    let today = use_today();
    let form = Form::new("key");
    let name = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Member.name().to_owned());
    let span = RwSignal::new(SPANS[2].to_string());
    let made = RwSignal::new(None::<ApiKeyMade>);
    let roles = Signal::derive(move || roles_below(me.with(|me| me.role)));
    let spans: Vec<Choice> =
        SPANS.iter().map(|days| Choice::new(days.to_string(), span_words(*days))).collect();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = NewApiKey {
            name: name.get_untracked().trim().to_owned(),
            role: role_named(&role.get_untracked()),
            expires_at: end_of(today.get_untracked(), span.get_untracked().parse().unwrap_or(0)),
        };
        let work = async |body: NewApiKey| api::make_api_key(&body).await;
        form.send(body, work, move |key: ApiKeyMade| {
            query::invalidate("/api-keys");
            made.try_set(Some(key));
        });
    };
    let secret = move || made.get().map(|made| view! { <Secret open made /> });
    view! {
        {secret}
        <Show when=move || made.with(Option::is_none)>
            <form class="form" novalidate=true on:submit=send>
                <TextInput
                    form
                    at="/name"
                    label=t!(settings.key_name)
                    hint=t!(settings.key_name_hint)
                    value=name
                    autofocus=true
                />
                <div class="form-pair">
                    <Select
                        form
                        at="/role"
                        label=t!(members.role)
                        hint=t!(settings.key_role_hint)
                        value=role
                        choices=roles
                    />
                    <Select
                        form
                        at="/expires_at"
                        label=t!(settings.holds)
                        value=span
                        choices=spans.clone()
                    />
                </div>
                <FormFaults form />
                <FormActions form open verb=t!(settings.make_key) />
            </form>
        </Show>
    }
}

/// Shown once: only its hash is kept.
#[component]
fn Secret(open: RwSignal<bool>, made: ApiKeyMade) -> impl IntoView {
    let done = Callback::new(move |()| open.set(false));
    view! {
        <p>{t!(settings.secret_about, name = made.key.name.as_str())}</p>
        <CopyText label=t!(settings.secret) text=made.secret autofocus=true />
        <div class="form-actions">
            <Button variant=Variant::Primary on_press=done>{t!(common.done)}</Button>
        </div>
    }
}

fn span_words(days: u64) -> String {
    match days {
        0 => t!(settings.always).to_owned(),
        365 => t!(settings.a_year).to_owned(),
        days => t!(settings.days, days = days),
    }
}

/// The start of the day so many days from today; never for 0.
fn end_of(today: NaiveDate, days: u64) -> Option<chrono::DateTime<chrono::Utc>> {
    let day = today.checked_add_days(Days::new(days)).filter(|_| days > 0)?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// It cannot be undone: the question names the effect.
#[component]
fn EndDialog(ending: RwSignal<Option<ApiKey>>, keys: Query<Page<ApiKey>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    Effect::new(move |_| open.set(ending.with(Option::is_some)));
    let end = Callback::new(move |()| {
        let Some(key) = ending.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::end_api_key(key.id, key.version).await {
                Ok(()) => {
                    keys.update(|page| page.items.retain(|one| one.id != key.id));
                    toast(t!(settings.ended, name = key.name));
                }
                Err(fault) => toast(fault_words(&fault)),
            }
            query::invalidate("/api-keys");
            busy.try_set(false);
            ending.try_set(None);
        });
    });
    let cancel = Callback::new(move |()| ending.set(None));
    let name =
        move || ending.with(|key| key.as_ref().map(|key| key.name.clone())).unwrap_or_default();
    view! {
        <Dialog open title=t!(settings.end_title)>
            <p>{move || t!(settings.end_about, name = name())}</p>
            <div class="form-actions">
                <Button on_press=cancel>{t!(common.cancel)}</Button>
                <Button variant=Variant::Danger busy=busy on_press=end>
                    {t!(settings.end_key)}
                </Button>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_at_the_start_of_a_day_or_never() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let end = end_of(today, 30).expect("an end");
        assert_eq!(end.to_rfc3339(), "2026-12-22T00:00:00+00:00");
        assert_eq!(end_of(today, 0), None);
    }
}
