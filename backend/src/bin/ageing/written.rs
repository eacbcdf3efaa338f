//! Notes, messages and next steps in great numbers, with what tells of them in a timeline and the
//! words by which they are found: rows as the slices write them, many in one statement.
use backend::args;
use backend::auth::Scope;
use backend::db::{Arg, Db, Query, Tx};
use backend::error::Result;
use chrono::{DateTime, Duration, Utc};
use shared::api::AccountId;
use shared::rules::search;
use uuid::Uuid;

use super::Outcome;
use super::books::NOW;

/// Items of one transaction.
const AT_ONCE: usize = 5_000;
/// Rows of one statement.
const ROWS: usize = 500;
/// Minutes from one item to the one before it.
const APART: i64 = 20;

/// Of these each word is three.
const SYLLABLES: [&str; 12] =
    ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "ze"];
/// Words there are.
const VOCABULARY: u64 = 12 * 12 * 12;
/// The first of them are in one text of ten; of the others the later are the rarer.
const COMMON: u64 = 20;
/// Of a text: words that are common, and others.
const WORDS: [u64; 2] = [2, 6];
/// Words that are looked for: the common ones, and others of all kinds.
const SOUGHT: u64 = 200;

/// Words to look for, each once: a tenth of them are common.
pub fn sought() -> Vec<String> {
    let others = SOUGHT - COMMON;
    let apart = (VOCABULARY - COMMON) / others;
    (0..COMMON).chain((0..others).map(|n| COMMON + n * apart)).map(word).collect()
}

fn word(number: u64) -> String {
    let syllable = |place: u64| SYLLABLES[usize::try_from(place % 12).unwrap_or(0)];
    [number / 144, number / 12, number].map(syllable).concat()
}

/// Numbers as good as chance, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % limit
    }
    fn text(&mut self) -> String {
        let [common, others] = WORDS;
        let mut words: Vec<String> = (0..common).map(|_| word(self.below(COMMON))).collect();
        let rest = VOCABULARY - COMMON;
        words.extend((0..others).map(|_| {
            // The product of two is small more often than it is large.
            word(COMMON + self.below(rest) * self.below(rest) / rest)
        }));
        words.join(" ")
    }
}

/// What an item tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Note,
    Message,
    Step,
}

/// Something that happened.
#[derive(Debug)]
struct Item {
    id: Uuid,
    subject: Uuid,
    of: Of,
    at: DateTime<Utc>,
    text: String,
}

/// Writes so many items into a timeline, the newest of them now.
pub async fn fill(db: &Db, scope: Scope, account: AccountId, count: u64) -> Outcome<()> {
    let now: DateTime<Utc> = NOW.parse()?;
    let mut dice = Dice(1);
    let mut items = Vec::new();
    let mut at = now;
    for number in 0..count {
        let of = match number % 10 {
            0..5 => Of::Note,
            5..8 => Of::Message,
            _ => Of::Step,
        };
        items.push(Item { id: Uuid::now_v7(), subject: Uuid::now_v7(), of, at, text: dice.text() });
        at -= Duration::minutes(APART);
    }
    for items in items.chunks(AT_ONCE) {
        db.write(async |tx| write(tx, scope, account, items).await).await?;
    }
    Ok(())
}

async fn write(tx: &mut Tx, scope: Scope, account: AccountId, items: &[Item]) -> Result<()> {
    let of = |of: Of| items.iter().filter(move |item| item.of == of);
    let notes = of(Of::Note).map(|item| note(scope, account, item)).collect();
    insert(tx, NOTES, notes).await?;
    let messages = of(Of::Message).map(|item| message(scope, account, item)).collect();
    insert(tx, MESSAGES, messages).await?;
    let steps = of(Of::Step).map(|item| step(scope, account, item)).collect();
    insert(tx, STEPS, steps).await?;
    insert(tx, TOLD, items.iter().map(|item| told(scope, account, item)).collect()).await?;
    let organisation = scope.organisation();
    let words = |item: &Item| {
        let row = |word: String| args![organisation, account, word, item.id];
        search::words(&item.text).into_iter().map(row).collect::<Vec<_>>()
    };
    insert(tx, FOUND_BY, items.iter().flat_map(words).collect()).await
}

async fn insert(tx: &mut Tx, into: &'static str, rows: Vec<Vec<Arg>>) -> Result<()> {
    for rows in rows.chunks(ROWS) {
        tx.execute(Query::new(into).rows(rows.to_vec())).await?;
    }
    Ok(())
}

const NOTES: &str = "
    INSERT INTO notes (id, organisation_id, account_id, kind, happened_at, text, internal,
        author_id, created_at) VALUES";
fn note(scope: Scope, account: AccountId, item: &Item) -> Vec<Arg> {
    let (organisation, member) = (scope.organisation(), scope.member());
    let text = item.text.as_str();
    args![item.subject, organisation, account, "call", item.at, text, true, member, item.at]
}

const MESSAGES: &str = "
    INSERT INTO messages (id, organisation_id, thread_id, account_id, contact_name, address,
        incoming, subject, body, created_at) VALUES";
fn message(scope: Scope, account: AccountId, item: &Item) -> Vec<Arg> {
    let (organisation, text) = (scope.organisation(), item.text.as_str());
    let (name, address) = ("Mia", "mia@client.example");
    let thread = item.subject;
    args![item.subject, organisation, thread, account, name, address, true, text, text, item.at]
}

const STEPS: &str = "
    INSERT INTO tasks (id, organisation_id, account_id, title, state, owner_id, sorted_on, done_at,
        done_by, created_by, created_at) VALUES";
/// One that is done: what is open is a list of its own, and as long in both accounts.
fn step(scope: Scope, account: AccountId, item: &Item) -> Vec<Arg> {
    let (organisation, member) = (scope.organisation(), scope.member());
    let (text, on, at) = (item.text.as_str(), item.at.date_naive(), item.at);
    args![item.subject, organisation, account, text, "done", member, on, at, member, member, at]
}

const TOLD: &str = "
    INSERT INTO timeline_items (id, organisation_id, account_id, happened_at, kind, event,
        subject_id, title, text, member_id, internal, indexed_at) VALUES";
fn told(scope: Scope, account: AccountId, item: &Item) -> Vec<Arg> {
    let text = || Some(item.text.clone());
    // The words of a note stand in its own row.
    let (kind, event, title, said) = match item.of {
        Of::Note => ("note", "note_written", None, None),
        Of::Message => ("message", "message_received", text(), text()),
        Of::Step => ("task", "task_made", text(), None),
    };
    let (organisation, member, at) = (scope.organisation(), scope.member(), item.at);
    args![
        item.id,
        organisation,
        account,
        at,
        kind,
        event,
        item.subject,
        title,
        said,
        member,
        true,
        at
    ]
}

const FOUND_BY: &str =
    "INSERT INTO timeline_words (organisation_id, account_id, word, item_id) VALUES";
