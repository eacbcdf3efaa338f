//! The parts every screen is made of: thin, on native elements.
mod awaited;
#[cfg(feature = "staff")]
mod button;
#[cfg(feature = "staff")]
mod conflict;
#[cfg(feature = "staff")]
mod copy_text;
#[cfg(feature = "staff")]
mod dialog;
#[cfg(feature = "staff")]
mod field;
#[cfg(feature = "staff")]
mod filter_select;
#[cfg(feature = "staff")]
mod form;
#[cfg(feature = "staff")]
mod form_actions;
#[cfg(feature = "staff")]
mod header;
mod icon;
#[cfg(feature = "staff")]
mod input;
#[cfg(feature = "staff")]
mod lazy;
mod live;
#[cfg(feature = "staff")]
mod loaded;
#[cfg(feature = "staff")]
mod menu;
mod more;
#[cfg(feature = "staff")]
mod one_of;
mod panel;
mod place;
#[cfg(feature = "staff")]
mod read_on;
#[cfg(feature = "staff")]
mod segments;
#[cfg(feature = "staff")]
mod several;
mod status;
#[cfg(feature = "staff")]
pub mod styles;
#[cfg(feature = "staff")]
mod suggestions;
#[cfg(feature = "staff")]
mod tabs;
#[cfg(feature = "staff")]
mod toast;
#[cfg(feature = "staff")]
mod unsaved;
#[cfg(feature = "staff")]
mod walk;

pub use awaited::{Awaited, Note};
#[cfg(feature = "staff")]
pub use button::{Button, ButtonLink, Variant};
#[cfg(feature = "staff")]
pub use conflict::Conflict;
#[cfg(feature = "staff")]
pub use copy_text::CopyText;
#[cfg(feature = "staff")]
pub use dialog::Dialog;
#[cfg(feature = "staff")]
pub use field::{Field, FormFaults};
#[cfg(feature = "staff")]
pub use filter_select::FilterSelect;
#[cfg(feature = "staff")]
pub use form::{Form, pointer};
#[cfg(feature = "staff")]
pub use form_actions::FormActions;
#[cfg(feature = "staff")]
pub use header::{PageHeader, set_title};
pub use icon::{Icon, icon};
#[cfg(feature = "staff")]
pub use input::{Checkbox, Choice, Select, TextArea, TextInput};
#[cfg(feature = "staff")]
pub use lazy::{Draw, Lazy, Loading, Place};
pub use live::{LiveRegions, announce, announce_now};
#[cfg(feature = "staff")]
pub use loaded::{FaultNote, Loaded};
#[cfg(feature = "staff")]
pub use menu::{Menu, MenuItem};
pub use more::{More, On};
#[cfg(feature = "staff")]
pub use one_of::OneOf;
pub use panel::{Empty, Panel, Skeleton};
pub use place::{focus, keep_on, keep_place};
#[cfg(feature = "staff")]
pub use read_on::ReadOn;
#[cfg(feature = "staff")]
pub use segments::Segments;
#[cfg(feature = "staff")]
pub use several::Several;
pub use status::{Badge, Tone};
#[cfg(feature = "staff")]
pub use suggestions::{Suggest, Suggestions};
#[cfg(feature = "staff")]
pub use tabs::{Tab, TabLinks};
#[cfg(feature = "staff")]
pub use toast::{
    Toasts, toast, toast_meanwhile, toast_over, toast_retry, toast_undo, toast_undo_by, undo_last,
};
#[cfg(feature = "staff")]
pub use unsaved::{may_leave, watch as watch_unsaved};
#[cfg(feature = "staff")]
pub use walk::walk;
