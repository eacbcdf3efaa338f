//! Where the slices name their routes, once to be served and once to be described.
use actix_web::dev::HttpServiceFactory;
use actix_web::web::ServiceConfig;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig as Described;

/// Takes the routes of every slice. Each worker is served by its own; describing them takes longer
/// and more memory than all else at a start, so it is done apart, when somebody first asks.
pub enum Routes<'a, 'b> {
    /// They answer.
    Served(&'a mut ServiceConfig),
    /// They say what they take and answer.
    Described(&'a mut Described<'b>),
}

impl Routes<'_, '_> {
    /// Adds a handler.
    pub fn service(
        &mut self,
        handler: impl HttpServiceFactory + OpenApiFactory + 'static,
    ) -> &mut Self {
        match self {
            Self::Served(config) => drop(config.service(handler)),
            Self::Described(config) => drop(config.service(handler)),
        }
        self
    }

    /// Adds an address that the document does not name.
    pub fn route(&mut self, path: &str, route: actix_web::Route) -> &mut Self {
        if let Self::Served(config) = self {
            config.route(path, route);
        }
        self
    }

    /// Adds the routes of a slice.
    pub fn configure(&mut self, slice: impl FnOnce(&mut Self)) -> &mut Self {
        slice(self);
        self
    }
}
