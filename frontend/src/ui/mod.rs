//! The parts every screen is made of: thin, on native elements.
mod button;
mod dialog;
mod field;
mod form;
mod header;
mod icon;
mod input;
mod live;
mod menu;
mod panel;
mod status;
mod tabs;
mod toast;

pub use button::{Button, ButtonLink, Variant};
pub use dialog::Dialog;
pub use field::{Field, FormFaults};
pub use form::Form;
pub use header::{PageHeader, set_title};
pub use icon::{Icon, icon};
pub use input::{Checkbox, Choice, Select, TextArea, TextInput};
pub use live::{LiveRegions, announce, announce_now};
pub use menu::{Menu, MenuItem};
pub use panel::{Empty, FaultNote, Loaded, Panel, Skeleton};
pub use status::{Badge, Tone};
pub use tabs::{Tab, TabLinks};
pub use toast::{Toasts, toast, toast_undo, undo_last};
