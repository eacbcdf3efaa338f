//! The last step: priorities of the next cycle, and the button that closes this one.
use leptos::prelude::*;
use shared::api::{Check, CycleClosing, FieldError};

use super::state::Draft;
use super::steps::OVERAGE;
use crate::query;
use crate::session::{manages, use_me};
use crate::ui::{Button, FormFaults, Panel, TextArea, Variant, toast};
use crate::{api, t};

/// Priorities, and the end.
#[component]
pub(super) fn Finish(draft: Draft, go: Callback<usize>) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if may {
            close(draft, go);
        }
    };
    let about = move || match draft.frozen() {
        true => t!(closing.close_about_frozen),
        false => t!(closing.close_about),
    };
    let verb = move || match draft.frozen() {
        true => t!(closing.keep_now),
        false => t!(closing.close_now),
    };
    let reason = Signal::derive(move || {
        let refused = draft.closing.with(|closing| closing.as_ref()?.refused);
        match refused {
            _ if !may => t!(closing.may_not).to_owned(),
            Some(code) => crate::i18n::code_words(code).to_owned(),
            None => String::new(),
        }
    });
    view! {
        <Panel title=t!(closing.next_title)>
            <form class="form p-4" novalidate=true on:submit=send>
                <TextArea
                    form=draft.form
                    at="/priorities"
                    label=t!(closing.priorities)
                    hint=t!(closing.priorities_hint)
                    optional=true
                    rows=4
                    value=draft.priorities
                />
                <p class="text-soft">{about}</p>
                <FormFaults form=draft.form />
                <div class="form-actions">
                    <Button
                        submit=true
                        variant=Variant::Primary
                        icon=icondata::LuLock
                        keys="mod enter"
                        reason
                        busy=draft.form.busy()
                    >
                        {verb}
                    </Button>
                </div>
            </form>
        </Panel>
    }
}

fn close(draft: Draft, go: Callback<usize>) {
    let Some(closing) = draft.closing.get_untracked() else { return };
    if closing.refused.is_some() || draft.form.busy().get_untracked() {
        return;
    }
    let body = draft.body();
    if let Err(faults) = body.check() {
        return draft.form.refuse(faults.into_iter().map(at_its_field).collect());
    }
    if draft.lacks_reason() {
        go.run(OVERAGE);
        // Once its step is shown, the field can have the focus.
        return request_animation_frame(move || {
            draft.form.refuse(vec![FieldError::new("/overage/0/reason", "required")]);
        });
    }
    let frozen = untrack(|| draft.frozen());
    let (cycle, version) = (draft.cycle, closing.version);
    let work = async move { api::close_cycle(cycle, version, &body).await };
    draft.form.run(work, move |closing: CycleClosing| {
        let words = match frozen {
            true => t!(closing.kept_toast).to_owned(),
            false => t!(closing.closed_toast, seq = closing.cycle.seq),
        };
        draft.closed(closing);
        for prefix in ["/retainers", "/cycles", "/accounts", "/explain"] {
            query::invalidate(prefix);
        }
        toast(words);
    });
}

/// The priorities are typed into one field, whichever of them is at fault.
fn at_its_field(fault: FieldError) -> FieldError {
    let field = if fault.field.starts_with("/priorities") { "/priorities" } else { &fault.field };
    FieldError { field: field.to_owned(), ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_one_priority_is_told_at_the_field_of_all() {
        let told = |at: &str| at_its_field(FieldError::new(at, "too_long")).field;
        assert_eq!(told("/priorities/3"), "/priorities");
        assert_eq!(told("/recap"), "/recap");
    }
}
