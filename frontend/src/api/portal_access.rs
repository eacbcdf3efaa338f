//! The routes by which staff say who of a client reads the portal, and see what was read.
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, act, delete, post, put};

read! {
    /// Whether the people of an account read the portal, and what they are shown.
    fn portal(id: AccountId) -> Portal = format!("/accounts/{id}/portal");
    /// What they have seen, what was seen last first.
    fn portal_views(id: AccountId) -> Page<PortalView> =
        format!("/accounts/{id}/portal/views?limit=20");
    /// The links to the balance of a retainer.
    fn share_links(id: RetainerId) -> Page<ShareLink> =
        format!("/retainers/{id}/share-links?limit={LONG_PAGE}");
}

write! {
    /// Opens or closes the portal of an account, and says what it shows.
    fn set_portal(id: AccountId, version: i64, body: &PortalSet) -> Portal =
        put(&format!("/accounts/{id}/portal"), version, body).await;
    /// Invites a person to the portal, again if they were invited before.
    fn invite_to_portal(id: AccountId, body: &NewPortalInvitation) -> PortalLinkMade =
        post(&format!("/accounts/{id}/portal/invitations"), body).await;
    /// Makes the link by which a colleague sees what the people of an account see.
    fn preview_portal(id: AccountId) -> PortalLinkMade =
        act(&format!("/accounts/{id}/portal/previews")).await;
    /// Makes a link to the balance of a retainer.
    fn add_share_link(id: RetainerId, body: &NewShareLink) -> ShareLinkMade =
        post(&format!("/retainers/{id}/share-links"), body).await;
    /// Ends a link to a balance.
    fn end_share_link(id: PortalLinkId, version: i64) -> () =
        delete(&format!("/share-links/{id}"), version).await.map(drop);
}
