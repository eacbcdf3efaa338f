//! What the routines of the sample agency say.
use shared::api::{FormInput, InputKind, SopBody};

/// Name, place of the owner in the team, text.
type Routine = (&'static str, usize, SopBody);

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn needed(key: &str, label: &str, kind: InputKind, why: &str) -> FormInput {
    FormInput { key: key.into(), label: label.into(), kind, required: true, why: Some(why.into()) }
}

pub fn launch() -> Routine {
    let body = SopBody {
        purpose: "Launch landing pages on the day the media starts".into(),
        inputs: vec![
            needed("target-group", "Target group", InputKind::Text, "The text speaks to nobody"),
            needed("offer", "Offer", InputKind::Text, "The page is written twice"),
            needed("launch-day", "Day of launch", InputKind::Date, "Media runs to a dead page"),
        ],
        quality: texts(&[
            "Does the first screen say what the visitor gets?",
            "The form was sent with real data",
            "Loads within two seconds on a phone",
        ]),
        steps: texts(&[
            "Read the brief and ask back the same day",
            "Write the text, then build the page",
            "Let the account owner check it",
            "Launch, and look at it an hour later",
        ]),
        exceptions: "What the brief does not cover, the account owner decides the same day.".into(),
        review_days: 90,
    };
    ("Landing page launch", 1, body)
}

pub fn launch_again() -> SopBody {
    let (_, _, mut body) = launch();
    body.inputs.push(needed(
        "tracking-plan",
        "Tracking plan",
        InputKind::Link,
        "Leads are lost that nobody counts",
    ));
    body.quality.push("Each event of the tracking plan was seen in the ad account".into());
    body.steps.insert(3, "Test each event of the tracking plan".into());
    body
}

pub fn report() -> Routine {
    let body = SopBody {
        purpose: "Report what the hours brought, and get one decision".into(),
        inputs: vec![needed(
            "question",
            "Question the report answers",
            InputKind::Text,
            "It becomes a list of figures",
        )],
        quality: texts(&["Is there one decision at the end?", "Read in five minutes"]),
        steps: texts(&[
            "Take hours and results of the cycle",
            "Write the three sentences first",
            "Send it two days before the talk",
        ]),
        exceptions: "If figures disagree, say so in the first line and ask the data owner.".into(),
        review_days: 60,
    };
    ("Client report", 0, body)
}

pub fn old_report() -> Routine {
    let (_, _, body) = report();
    let purpose = "Fill in the weekly status sheet".into();
    ("Weekly status sheet", 0, SopBody { purpose, inputs: Vec::new(), ..body })
}

pub fn newsletter() -> Routine {
    let body = SopBody {
        purpose: "Send the newsletters of clients on the agreed day".into(),
        inputs: vec![needed("topic", "Topic", InputKind::Text, "Nobody writes without one")],
        quality: texts(&["Sent to oneself first", "One call to action"]),
        steps: texts(&["Collect topics", "Write", "Let the client read it", "Send"]),
        exceptions: "Without a topic five days before, the account owner names one.".into(),
        review_days: 180,
    };
    ("Newsletter", 3, body)
}

pub fn handover() -> Routine {
    let body = SopBody {
        purpose: "Hand pages over to paid search without questions left".into(),
        inputs: Vec::new(),
        quality: texts(&["The one who takes over has said so in writing"]),
        steps: texts(&["Fill in the sheet", "Talk for ten minutes", "Take over in writing"]),
        exceptions: "Whoever takes over may hand it back for a day; the manager decides.".into(),
        review_days: 30,
    };
    ("Handover to paid search", 1, body)
}
