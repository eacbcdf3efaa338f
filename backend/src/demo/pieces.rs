//! What stands on the boards of the sample.
use shared::api::{BlockerKind, Touch, WorkColumn};

/// What happened to a piece of work besides.
#[derive(Debug, Clone, Copy)]
pub enum Also {
    Nothing,
    /// Its inputs have not come.
    Lacks(&'static str),
    /// Somebody looked at a draft.
    Draft,
    /// It went round so often.
    Rounds(u8),
    /// It waits for the client.
    Waits(&'static str),
    Blocked(BlockerKind, &'static str),
    /// It was checked and approved.
    Approved,
    /// It was judged.
    Judged,
}

/// What a piece of work is for.
#[derive(Debug, Clone, Copy)]
pub enum For {
    Nothing,
    /// The first of these titles that is a priority of the present cycle.
    Priority(&'static [&'static str]),
    /// It appears somewhere, and serves no priority.
    Channel(&'static str),
}

/// Title, goal, column, estimate in minutes, days from today until it is wanted, what it touches,
/// what happened to it, and what it is for.
pub type Piece = (&'static str, &'static str, WorkColumn, i64, i64, &'static [Touch], Also, For);

/// Whose time goes where: one entry after the other is spent on the next of these, by its place
/// among the pieces; on none, it serves nothing.
pub const TURNS_OF_CLIENTS: [Option<usize>; 12] = [
    Some(6),
    Some(9),
    Some(11),
    None,
    Some(8),
    Some(10),
    Some(6),
    Some(9),
    Some(12),
    Some(7),
    None,
    Some(13),
];
/// Likewise of partners.
pub const TURNS_OF_PARTNERS: [Option<usize>; 5] = [Some(0), Some(2), Some(0), Some(1), None];

/// What the boards of clients hold: the first client has all of it.
pub const OF_CLIENTS: [Piece; 14] = [
    (
        "Webinar on pricing",
        "",
        WorkColumn::Intake,
        300,
        20,
        &[Touch::LeadQuality],
        Also::Nothing,
        For::Priority(&["Webinar for integrators"]),
    ),
    (
        "Photos of the new team",
        "",
        WorkColumn::Intake,
        120,
        25,
        &[],
        Also::Lacks("Date of the shoot"),
        For::Nothing,
    ),
    ("Report for the board", "", WorkColumn::Intake, 90, 12, &[], Also::Nothing, For::Nothing),
    (
        "Newsletter December",
        "Readers book a call",
        WorkColumn::Agreed,
        180,
        9,
        &[],
        Also::Nothing,
        For::Channel("Mail"),
    ),
    (
        "Landing page for the fair",
        "Visitors leave their address",
        WorkColumn::Agreed,
        420,
        14,
        &[Touch::Tracking],
        Also::Lacks("Final date of the fair"),
        For::Channel("Website"),
    ),
    (
        "Refresh of the case studies",
        "Sales has proof",
        WorkColumn::Agreed,
        240,
        18,
        &[],
        Also::Nothing,
        For::Priority(&["Case study with a customer"]),
    ),
    (
        "Pricing page",
        "Visitors find the plan that fits them",
        WorkColumn::InProgress,
        360,
        5,
        &[Touch::LeadQuality],
        Also::Draft,
        For::Priority(&["Rework the product pages", "Pages for the new office"]),
    ),
    (
        "Search ads for autumn",
        "Fewer clicks that lead nowhere",
        WorkColumn::InProgress,
        240,
        3,
        &[Touch::Budget, Touch::Tracking],
        Also::Blocked(BlockerKind::Access, "No login to the ad account"),
        For::Channel("Search"),
    ),
    (
        "Interview for the blog",
        "Show who is behind it",
        WorkColumn::InProgress,
        150,
        2,
        &[],
        Also::Waits("Answers to the questions"),
        For::Priority(&["Case study with a customer"]),
    ),
    (
        "Start page, second draft",
        "Say in a sentence what they do",
        WorkColumn::InReview,
        300,
        1,
        &[Touch::Strategy],
        Also::Rounds(3),
        For::Priority(&["Rework the product pages", "Pages for the new office"]),
    ),
    (
        "Tracking plan",
        "Numbers that can be trusted",
        WorkColumn::InReview,
        180,
        -1,
        &[Touch::Tracking],
        Also::Approved,
        For::Priority(&["Webinar for integrators"]),
    ),
    (
        "Newsletter November",
        "Readers book a call",
        WorkColumn::Delivered,
        180,
        -6,
        &[],
        Also::Judged,
        For::Priority(&["Webinar for integrators"]),
    ),
    (
        "Fixes in the menu",
        "Everybody finds the contact",
        WorkColumn::Delivered,
        60,
        -9,
        &[],
        Also::Judged,
        For::Priority(&["Rework the product pages", "Pages for the new office"]),
    ),
    (
        "Icons for the app",
        "One family of icons",
        WorkColumn::Delivered,
        120,
        -3,
        &[],
        Also::Nothing,
        For::Nothing,
    ),
];

/// What the boards of partners hold, each its own.
pub const OF_PARTNERS: [(&str, [Piece; 3]); 3] = [
    (
        "Studio Parallel",
        [
            (
                "Film on the workshop",
                "Visitors see how it is made",
                WorkColumn::InProgress,
                420,
                6,
                &[],
                Also::Draft,
                For::Priority(&["Three short films"]),
            ),
            (
                "Loops for the start page",
                "Movement where there were photos",
                WorkColumn::Agreed,
                180,
                15,
                &[],
                Also::Nothing,
                For::Channel("Website"),
            ),
            (
                "Film on the first customers",
                "Others say it for us",
                WorkColumn::Delivered,
                240,
                -4,
                &[],
                Also::Judged,
                For::Priority(&["Three short films"]),
            ),
        ],
    ),
    (
        "Kiln Media",
        [
            (
                "Search ads for winter",
                "Calls from people who want to buy",
                WorkColumn::InProgress,
                300,
                -2,
                &[],
                Also::Rounds(3),
                For::Priority(&["Calls from search"]),
            ),
            (
                "Pictures for social posts",
                "A face for each post",
                WorkColumn::InProgress,
                240,
                4,
                &[],
                Also::Waits("Photos of the team"),
                For::Channel("Social"),
            ),
            (
                "Words that nobody buys by",
                "Fewer clicks that lead nowhere",
                WorkColumn::Delivered,
                120,
                -7,
                &[],
                Also::Judged,
                For::Priority(&["Calls from search"]),
            ),
        ],
    ),
    (
        "Otter & Sons",
        [
            (
                "Brochure for the fair",
                "Something to take home",
                WorkColumn::InReview,
                360,
                3,
                &[],
                Also::Draft,
                For::Priority(&["Print for the fair"]),
            ),
            (
                "Letterhead",
                "One look on paper",
                WorkColumn::Agreed,
                60,
                18,
                &[],
                Also::Nothing,
                For::Nothing,
            ),
            (
                "Cards for the team",
                "One look on paper",
                WorkColumn::Delivered,
                90,
                -5,
                &[],
                Also::Judged,
                For::Priority(&["Print for the fair"]),
            ),
        ],
    ),
];
