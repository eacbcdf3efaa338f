//! What the board does with cards.
use shared::api::*;
use uuid::Uuid;

use super::keyboard::{Taker, taker};
use super::layout::*;
use super::model::Model;
use super::model::*;
use super::state::Lifted;

fn id(n: u128) -> WorkItemId {
    WorkItemId(Uuid::from_u128(n))
}

fn card(n: u128, column: WorkColumn, place: &str) -> Card {
    Card {
        id: id(n),
        retainer_id: RetainerId(Uuid::nil()),
        number: i64::try_from(n).expect("few"),
        title: format!("Card {n}"),
        column,
        place: place.into(),
        priority_id: None,
        level: ProcessLevel::Standard,
        seats: vec![None, None, None, None],
        estimate: Some(60),
        item: None,
        drawn: 0,
        due_on: None,
        cycle_seq: None,
        waiting_since: None,
        blocked: false,
        decision: None,
        judged: false,
        requested: false,
        version: 1,
    }
}

fn board(cards: Vec<Card>, changes: i64) -> Board {
    Board {
        columns: Vec::new(),
        lanes: Vec::new(),
        cards,
        people: Vec::new(),
        retainers: Vec::new(),
        unprioritised: 0,
        more: false,
        changes,
        version: 0,
    }
}

fn three() -> Model {
    let cards = ["000001", "000003", "000005"].iter().zip(1u128..);
    let cards = cards.map(|(place, n)| card(n, WorkColumn::Agreed, place)).collect();
    Model::of(board(cards, 3), false)
}

fn spot(index: usize) -> Spot {
    Spot { lane: Lane::Loose, column: WorkColumn::Agreed, index }
}

fn order_of(model: &Model) -> Vec<WorkItemId> {
    model.layout(None, false).lanes[0].cells[1].clone()
}

#[test]
fn a_card_is_put_between_others() {
    let mut model = three();
    let (was, before) = model.put(id(3), spot(1)).expect("it is there");
    assert_eq!((was.place.as_str(), before), ("000005", Some(id(2))));
    assert_eq!(order_of(&model), [id(1), id(3), id(2)]);
    model.put(id(1), spot(2)).expect("it is there");
    assert_eq!(order_of(&model), [id(3), id(2), id(1)]);
    let to = Spot { column: WorkColumn::InReview, ..spot(0) };
    model.put(id(2), to).expect("it is there");
    assert_eq!(order_of(&model), [id(3), id(1)]);
}

#[test]
fn what_changed_is_taken_and_what_is_old_is_not() {
    let mut model = three();
    let moved = Card { version: 2, ..card(1, WorkColumn::InReview, "000001") };
    model.take(board(vec![moved], 4));
    assert_eq!(order_of(&model), [id(2), id(3)]);
    model.take(board(vec![card(1, WorkColumn::Agreed, "000001")], 2));
    assert_eq!(order_of(&model), [id(2), id(3)], "an answer that came late");
    let stopped = Card {
        decision: Some(WorkDecision::Stop),
        version: 2,
        ..card(2, WorkColumn::Agreed, "000003")
    };
    model.take(board(vec![stopped], 5));
    assert_eq!(order_of(&model), [id(3)]);
}

/// All cells in the order of the board.
fn drawn(layout: &Layout, top: i32, bottom: i32, hand: Option<WorkItemId>) -> Vec<WorkItemId> {
    let cells = layout
        .lanes
        .iter()
        .flat_map(|row| WorkColumn::ALL.iter().map(move |column| (row.lane, *column)));
    cells.flat_map(|cell| layout.drawn(cell, (top, bottom), hand)).collect()
}

#[test]
fn only_what_is_seen_is_drawn() {
    let cards = (1..=2_000).map(|n| card(n, WorkColumn::Agreed, &format!("{n:06}"))).collect();
    let model = Model::of(board(cards, 1), false);
    let layout = model.layout(None, false);
    assert_eq!(layout.height, LANE + 2_000 * (CARD + GAP) + FOOT);
    let seen = drawn(&layout, 100_000, 100_800, None);
    assert!(seen.len() < 10, "{}", seen.len());
    for id in seen {
        let top = layout.places[&id].top;
        assert!(top + CARD + GAP > 100_000 && top < 100_800, "{top}");
    }
}

#[test]
fn what_is_in_the_hand_is_drawn_wherever_it_stands() {
    let cards = (1..=25).map(|n| card(n, WorkColumn::Agreed, &format!("{n:06}")));
    let moved = card(26, WorkColumn::InReview, "000001");
    let model = Model::of(board(cards.chain([moved]).collect(), 1), false);
    let layout = model.layout(None, false);
    let seen = drawn(&layout, 1_200, 1_800, None);
    assert!(!seen.contains(&id(1)) && !seen.contains(&id(25)), "{seen:?}");
    for (hand, place) in [(1, 0), (25, seen.len()), (26, seen.len())] {
        let all = drawn(&layout, 1_200, 1_800, Some(id(hand)));
        assert_eq!(all.iter().position(|one| *one == id(hand)), Some(place), "{hand}");
        assert_eq!(all.len(), seen.len() + 1, "the others stay");
    }
    let within = seen[1];
    assert_eq!(drawn(&layout, 1_200, 1_800, Some(within)), seen, "it is drawn once");
    assert_eq!(drawn(&layout, 50_000, 50_800, Some(id(3))), [id(3)], "its lane is out of sight");
    assert_eq!(drawn(&layout, 1_200, 1_800, Some(id(99))), seen, "one that is gone");
}

#[test]
fn keys_are_for_what_is_in_the_hand_whatever_has_the_focus() {
    let hand = Lifted { id: id(1), spot: spot(4), by_pointer: false };
    for focused in [None, Some(id(1)), Some(id(2))] {
        assert_eq!(taker(Some(hand), focused), Some(Taker::Hand(hand)), "{focused:?}");
    }
    assert_eq!(taker(None, Some(id(2))), Some(Taker::Card(id(2))));
    assert_eq!(taker(None, None), None);
    // What a pointer holds is put down by that pointer.
    let dragged = Lifted { by_pointer: true, ..hand };
    assert_eq!(taker(Some(dragged), Some(id(2))), Some(Taker::Card(id(2))));
}

#[test]
fn s3_36_work_without_a_request_is_left_alone_on_the_board() {
    let asked = Card { requested: true, ..card(2, WorkColumn::Agreed, "000003") };
    let cards = vec![card(1, WorkColumn::Agreed, "000001"), asked];
    let model = Model::of(board(cards, 1), false);
    assert_eq!(model.layout(None, true).lanes[0].cells[1], [id(1)]);
    assert_eq!(model.layout(None, false).lanes[0].cells[1], [id(1), id(2)]);
}

#[test]
fn a_height_is_a_place_and_the_line_is_there() {
    let layout = three().layout(None, false);
    let at = |y| layout.spot(id(9), WorkColumn::Agreed, y).expect("a lane").index;
    assert_eq!([at(0), at(LANE + 10), at(LANE + CARD), at(9_999)], [0, 0, 1, 3]);
    // Its own place does not count.
    let own = layout.spot(id(1), WorkColumn::Agreed, LANE + CARD).expect("a lane");
    assert_eq!(own.index, 0);
    assert_eq!(layout.line(id(9), spot(1)), Some(LANE + CARD + GAP - GAP / 2 - 1));
    assert_eq!(layout.line(id(1), spot(2)), Some(LANE + 3 * (CARD + GAP) - GAP / 2 - 1));
    assert_eq!(layout.beside(id(2), 0, 1), Some(id(3)));
    assert_eq!(layout.beside(id(2), 1, 0), None);
}

fn gauge(pool: PoolTerms) -> WorkGauge {
    let (key, price) = (pool.key.clone(), Money { amount_minor: 0, currency: "EUR".into() });
    let terms = Terms { price, pools: vec![pool], grace_days: 0, discount_hundredths: 0 };
    terms.gauge(&key).expect("a pool")
}

#[test]
fn the_forecast_is_in_the_unit_of_the_pool() {
    let mut model = three();
    let rate = Some(6_000);
    let money =
        gauge(PoolTerms { hourly_rate_minor: rate, ..PoolTerms::plain(Unit::Money, 500_000) });
    let moved = Some((id(1), WorkColumn::Intake));
    assert_eq!(money.total(model.to_come(&money, None)), 18_000);
    assert_eq!(money.total(model.to_come(&money, moved)), 12_000);
    assert_eq!(model.over(9_000, &money).get(&id(3)), Some(&6_000));
    let items = vec![Item { name: "Article".into(), units: 3 }];
    let credits = gauge(PoolTerms { items, ..PoolTerms::plain(Unit::Credits, 20) });
    model.cards.get_mut(&id(1)).expect("it is there").card.item = Some("Article".into());
    let load = model.to_come(&credits, None);
    assert_eq!((credits.total(load), load.unknown), (3, 2));
    assert_eq!(credits.total(model.to_come(&credits, moved)), 0);
    assert_eq!(model.over(2, &credits), [(id(1), 1)].into());
}

#[test]
fn the_last_to_draw_go_over_first() {
    let mut model = three();
    model.put(id(3), Spot { column: WorkColumn::InProgress, ..spot(0) }).expect("it is there");
    let hours = gauge(PoolTerms::plain(Unit::Minutes, 600));
    let to_come = |moved| hours.total(model.to_come(&hours, moved));
    assert_eq!(to_come(None), 180);
    assert_eq!(to_come(Some((id(1), WorkColumn::Intake))), 120);
    let over = model.over(90, &hours);
    assert_eq!(
        (over.get(&id(3)), over.get(&id(1)), over.get(&id(2))),
        (None, Some(&30), Some(&60))
    );
}

#[test]
fn a_card_has_one_mark_at_most() {
    let blocked = Card { blocked: true, ..card(1, WorkColumn::InReview, "000001") };
    assert_eq!(mark(&blocked, Some(30)), Some(Mark::Blocked));
    assert_eq!(mark(&Card { blocked: false, ..blocked.clone() }, Some(30)), Some(Mark::Over(30)));
    let plain = Card { blocked: false, ..blocked };
    assert_eq!(mark(&plain, None), Some(Mark::NeedsApproval));
    let done = card(1, WorkColumn::Delivered, "000001");
    assert_eq!(mark(&done, None), Some(Mark::NeedsVerdict));
}

#[test]
fn the_sums_of_a_column_follow_what_is_shown() {
    let asked = Card { requested: true, ..card(1, WorkColumn::Agreed, "000001") };
    let cards = vec![asked, card(2, WorkColumn::Agreed, "000003")];
    let model = Model::of(board(cards, 1), false);
    assert_eq!(model.sums(WorkColumn::Agreed, false), (2, 120, 0));
    assert_eq!(model.sums(WorkColumn::Agreed, true), (1, 60, 0));
    let all = (Lane::Loose, WorkColumn::ALL);
    assert_eq!(model.lane_sums(all, false), (2, 120, 0));
    assert_eq!(model.lane_sums(all, true), (1, 60, 0));
    // A phone shows one column.
    assert_eq!(model.lane_sums((Lane::Loose, &[WorkColumn::InReview]), false), (0, 0, 0));
}
