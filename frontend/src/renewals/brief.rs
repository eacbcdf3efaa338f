//! What the term of a renewal came to, each sentence with where it is seen; and what is suggested.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    BriefLine, BriefSection, BriefSource, Renewal, RenewalBrief, RenewalSuggestion, RetainerId,
};

use super::words;
use crate::format::{Measure, date, day_in_zone, money_short, percent_tenths};
use crate::query::{self, use_query_when};
use crate::retainers::{Suggested, SuggestedYear, retainer_href};
use crate::session::{manages, use_me, use_today};
use crate::ui::{Badge, Button, Form, FormFaults, Loaded, announce, toast};
use crate::{api, browser, t};

/// The sentences, and what puts them together.
#[component]
pub(super) fn Brief(renewal: Renewal) -> impl IntoView {
    let (id, has) = (renewal.id, renewal.has_brief);
    let form = Form::new("brief");
    let brief = use_query_when(move || has.then(|| api::renewal_brief(id)));
    let may = use_me().with_untracked(|me| manages(me.role));
    let reason = (!may).then(|| t!(renewals.needs_role).to_owned());
    let open = renewal.outcome.is_none();
    let prepare = Callback::new(move |()| {
        form.run(api::prepare_renewal(id), move |_: RenewalBrief| {
            query::invalidate("/renewals");
            toast(t!(renewals.brief_made));
        });
    });
    let verb = if has { t!(renewals.brief_again) } else { t!(renewals.brief_make) };
    let shown = Memo::new(move |_| brief.get());
    let (account, retainer) = (renewal.account_id, renewal.retainer_id);
    let home = StoredValue::new(retainer_href(account, retainer));
    let next = (retainer, renewal.due_on);
    let used = StoredValue::new(words::used(&renewal).filter(|_| words::is_fair(&renewal)));
    view! {
        <section class="stack">
            <h3 class="know-part">{t!(renewals.brief)}</h3>
            <Show when=move || !has>
                <p class="text-muted">{t!(renewals.brief_none)}</p>
            </Show>
            <Show when=move || has>
                <Loaded of=brief.standing() rows=4>
                    {move || shown.get().map(|brief| view! {
                        <Told brief home=home.get_value() used=used.get_value() next />
                    })}
                </Loaded>
            </Show>
            <FormFaults form />
            {open
                .then(|| {
                    view! {
                        <div>
                            <Button icon=icondata::LuFileText reason on_press=prepare>
                                {verb}
                            </Button>
                        </div>
                    }
                })}
        </section>
    }
}

#[component]
fn Told(
    brief: RenewalBrief,
    home: String,
    /// What the last cycles used, where that speaks for the same again.
    used: Option<String>,
    /// Of which retainer, and the first day of its next term.
    next: (RetainerId, NaiveDate),
) -> impl IntoView {
    let (retainer, due_on) = next;
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let last = brief.to.pred_opt().unwrap_or(brief.to);
    let days = t!(
        renewals.brief_days,
        from = date(brief.from, today),
        to = date(last, today),
        on = date(day_in_zone(brief.made_at, &zone), today),
    );
    let text = for_client(&brief);
    let copy = Callback::new(move |()| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let copied = browser::copy(&text).await;
            announce(if copied { t!(common.copied) } else { t!(common.copy_failed) });
            if copied {
                toast(t!(common.copied));
            }
        });
    });
    let some = brief.lines.iter().any(|line| !line.internal);
    let sections = BriefSection::ALL.iter().filter_map(|section| {
        let of: Vec<_> = brief.lines.iter().filter(|line| line.section == *section).collect();
        let lines = of.iter().map(|line| view! { <Line line=(*line).clone() home=home.clone() /> });
        (!of.is_empty()).then(|| {
            view! {
                <dt>{words::brief_section(*section)}</dt>
                <dd><ul>{lines.collect_view()}</ul></dd>
            }
        })
    });
    let year = brief.suggestion.as_ref().map(|of| Suggested {
        retainer,
        starts_on: due_on,
        allowances: (of.allowance_before, of.allowance),
    });
    let suggestion = match &brief.suggestion {
        Some(of) => Some(suggested(of)),
        None => used.map(|used| t!(renewals.suggested_same, used = used)),
    };
    view! {
        <p class="text-muted">{days}</p>
        <dl class="facts">{sections.collect_view()}</dl>
        {suggestion.map(|words| view! { <p class="note">{words}</p> })}
        {year.map(|of| view! { <Year of /> })}
        {some
            .then(|| {
                view! {
                    <div>
                        <Button small=true icon=icondata::LuCopy on_press=copy>
                            {t!(renewals.brief_copy)}
                        </Button>
                    </div>
                }
            })}
    }
}

/// What a year under the suggested terms would be, for who asks.
#[component]
fn Year(of: Suggested) -> impl IntoView {
    let shown = RwSignal::new(false);
    let press = Callback::new(move |()| shown.set(true));
    let ask = move || {
        view! {
            <div>
                <Button small=true icon=icondata::LuPlay on_press=press>
                    {t!(renewals.play)}
                </Button>
            </div>
        }
    };
    view! {
        <Show when=move || shown.get() fallback=ask>
            <SuggestedYear of />
        </Show>
    }
}

#[component]
fn Line(line: BriefLine, home: String) -> impl IntoView {
    let href = source(&line, &home);
    let internal = line.internal.then(|| view! { " " <Badge>{t!(timeline.internal)}</Badge> });
    view! {
        <li>
            <a class="link" href=href>{line.text}</a>
            {internal}
        </li>
    }
}

/// Where a sentence is seen.
fn source(line: &BriefLine, home: &str) -> String {
    let id = line.source_id.map(|id| id.to_string()).unwrap_or_default();
    match line.source {
        BriefSource::Cycle => match line.number {
            Some(seq) => format!("{home}?cycle={seq}"),
            None => home.to_owned(),
        },
        BriefSource::Work => format!("{home}/board?card={id}"),
        BriefSource::Board => format!("{home}/board"),
        BriefSource::Priorities => format!("{home}/scope"),
        BriefSource::Decision => format!("/decisions?decision={id}"),
        BriefSource::Requests => "/requests".to_owned(),
        BriefSource::Periods => home.to_owned(),
        BriefSource::Margin => "/reports/margin".to_owned(),
    }
}

/// What the client may read, as plain text.
fn for_client(brief: &RenewalBrief) -> String {
    let lines = brief.lines.iter().filter(|line| !line.internal);
    lines.map(|line| format!("- {}\n", line.text)).collect()
}

/// What is suggested, and why.
fn suggested(of: &RenewalSuggestion) -> String {
    let measure = Measure::of(&of.pool);
    let shares: Vec<String> = of.shares.iter().rev().map(|share| percent_tenths(*share)).collect();
    t!(
        renewals.suggested,
        before = measure.say(of.allowance_before),
        after = measure.say(of.allowance),
        old = money_short(&of.price_before),
        new = money_short(&of.price),
        why = words::sign(of.because),
        shares = shares.join(" · "),
    )
}
