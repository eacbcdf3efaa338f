//! `/start`: the first retainer of a client with all that belongs to it, on one page: client,
//! terms, invoices, portal. Each is made as it is made elsewhere, one after the other; what is made
//! stays, and is not made again. Source: requirements S2-1 to S2-3, docs/decisions/0068.
mod draft;
mod faults;
mod fields;
mod known;
mod live;
mod make;
mod page;
mod plan;
mod terms;

pub(crate) use page::StartPage;
