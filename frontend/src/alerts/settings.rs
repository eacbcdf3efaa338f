//! The dialog of a retainer: which pools differ from the organisation's levels, and who is told.
use leptos::prelude::*;
use shared::api::{
    AlertSettings, AlertSettingsKept, Check, FieldError, Member, MemberId, Page, Pool,
    PoolAlertsHeld,
};

use super::fields::{LevelFields, Levels, People};
use super::of_retainer::Setting;
use crate::format::{fraction_digits, pool_name};
use crate::query::{self, Query, use_query};
use crate::ui::{Button, Conflict, Form, FormFaults, Loaded, Variant, pointer, toast};
use crate::{api, t};

/// What the dialog holds; its code is loaded apart.
#[component]
pub(crate) fn SettingsForm() -> impl IntoView {
    let Setting { retainer, open } = expect_context();
    let kept = use_query(move || api::alert_settings(retainer));
    let members = use_query(api::active_members);
    view! {
        <Loaded of=kept.standing() rows=4>
            <Loaded of=members.standing() rows=4>
                <Edit kept members setting=Setting { retainer, open } />
            </Loaded>
        </Loaded>
    }
}

/// A pool, and whether it has levels of its own.
#[derive(Clone)]
struct PoolLevels {
    pool: Pool,
    own: RwSignal<bool>,
    levels: Levels,
}

impl PoolLevels {
    fn of(held: &PoolAlertsHeld, own: bool) -> Self {
        let digits = fraction_digits(&held.pool.currency);
        let levels = Levels::of(&held.rules, held.pool.unit, digits);
        Self { pool: held.pool.clone(), own: RwSignal::new(own), levels }
    }
}

#[component]
fn Edit(
    kept: Query<AlertSettingsKept>,
    members: Query<Page<Member>>,
    setting: Setting,
) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let Setting { retainer, open } = setting;
    let form = Form::new("alerts");
    let version = StoredValue::new(first.version);
    let own =
        |held: &PoolAlertsHeld| first.settings.pools.iter().any(|own| own.pool == held.pool.key);
    let pools: Vec<PoolLevels> =
        first.pools.iter().map(|held| PoolLevels::of(held, own(held))).collect();
    let chosen = RwSignal::new(first.settings.member_ids.clone().unwrap_or_default());
    let told = first.told.iter().map(|reader| reader.name.clone()).collect::<Vec<_>>();
    let typed = StoredValue::new(pools.clone());
    let send = move || match typed.with_value(|pools| read(pools, chosen)) {
        Err(faults) => form.refuse(faults),
        Ok((body, places)) if body.check().is_err() => {
            form.refuse(in_form(body.check().err().unwrap_or_default(), &places));
        }
        Ok((body, _)) => {
            let version = version.get_value();
            let work = async move |body: AlertSettings| {
                api::set_alert_settings(retainer, version, &body).await
            };
            form.send(body, work, move |now: AlertSettingsKept| {
                kept.set(now);
                query::invalidate("/alerts");
                open.set(false);
                toast(t!(common.saved));
            });
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let names = kept.with(|kept| {
            kept.map(|kept| kept.told.iter().map(|one| one.name.clone()).collect::<Vec<_>>())
        });
        vec![(t!(alerts.people), names.unwrap_or_default().join(", "))]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let people = members.get_untracked().map(|page| page.items).unwrap_or_default();
    let each = pools.into_iter().scan(0, move |place, pool| {
        let own = pool.own;
        let at = format!("/pools/{place}");
        // The body lists only pools with levels of their own: the form counts them all.
        *place += 1;
        Some(view! { <OnePool form pool at own /> })
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(alerts.settings_about)}</p>
            {each.collect_view()}
            <People
                members=people
                chosen
                nobody=t!(alerts.people_hint, names = told.join(", "))
            />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>
                    {t!(common.cancel)}
                </Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn OnePool(form: Form, pool: PoolLevels, at: String, own: RwSignal<bool>) -> impl IntoView {
    let id = form.id(pointer(&format!("{at}/own")));
    let name = pool_name(&pool.pool);
    let levels = pool.levels;
    view! {
        <fieldset class="form-part">
            <legend>{name}</legend>
            <div class="field-tick">
                <input
                    type="checkbox"
                    class="checkbox"
                    id=id.clone()
                    prop:checked=move || own.get()
                    on:change=move |event| own.set(event_target_checked(&event))
                />
                <label for=id>{t!(alerts.own)}</label>
            </div>
            <Show when=move || own.get()>
                <LevelFields form levels at=at.clone() units=true />
            </Show>
        </fieldset>
    }
}

/// What the API takes, and at which place of the form each of its pools stands. Faults are told
/// at the place that a pool has in the form.
fn read(
    pools: &[PoolLevels],
    chosen: RwSignal<Vec<MemberId>>,
) -> Result<(AlertSettings, Vec<usize>), Vec<FieldError>> {
    let mut faults = Vec::new();
    let (mut own, mut places) = (Vec::new(), Vec::new());
    for (place, one) in pools.iter().enumerate().filter(|(_, one)| one.own.get_untracked()) {
        let pool = &one.pool;
        let which = (pool.key.as_str(), pool.unit, fraction_digits(&pool.currency));
        own.push(one.levels.read(which, &format!("/pools/{place}"), &mut faults));
        places.push(place);
    }
    let member_ids = Some(chosen.get_untracked()).filter(|chosen| !chosen.is_empty());
    let body = AlertSettings { pools: own, member_ids };
    if faults.is_empty() { Ok((body, places)) } else { Err(faults) }
}

/// The faults of a body at the fields of the form, which counts all pools and has one field for
/// all units left.
fn in_form(faults: Vec<FieldError>, places: &[usize]) -> Vec<FieldError> {
    let moved = |fault: FieldError| {
        let mut parts = fault.field.split('/').skip(2);
        let place = parts.next().and_then(|place| places.get(place.parse::<usize>().ok()?));
        let rest: Vec<&str> = parts.filter(|part| part.parse::<usize>().is_err()).collect();
        match place {
            Some(place) => {
                FieldError { field: format!("/pools/{place}/{}", rest.join("/")), ..fault }
            }
            None => fault,
        }
    };
    faults.into_iter().map(moved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_stand_where_the_pool_does() {
        let faults = ["/pools/0/percent", "/pools/1/left/2", "/member_ids"];
        let faults = faults.map(|field| FieldError::new(field, "out_of_range")).to_vec();
        let fields: Vec<String> =
            in_form(faults, &[1, 3]).into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["/pools/1/percent", "/pools/3/left", "/member_ids"]);
    }
}
