//! The HTTP server: routes and middleware.

pub mod answer;
pub mod body;
pub mod cached_response;
pub mod client;
pub mod coding;
pub mod connection;
pub mod cors;
pub mod edge;
pub mod explorer;
pub mod graphql;
pub mod headers;
pub mod health;
pub mod media;
pub mod mutation;
pub mod persisted;
pub mod query;
pub mod rate;
pub mod record;
pub mod request;
pub mod response_cache;
pub mod run;
pub mod unread;

use std::sync::{Arc, LazyLock};

use actix_web::{
    App, Error, FromRequest, Handler, HttpResponse, Resource, Responder, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::from_fn,
    web,
};

use self::{coding::Representation, edge::Edge};
use crate::schema;

/// The service of each worker. What is wrapped last runs first: closing connections with unread bodies, the headers of
/// all responses, CORS, the log, and the coding of bodies.
pub fn service(
    edge: &web::Data<Edge>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(edge.clone())
        .service(
            web::resource("/graphql")
                .route(web::get().to(graphql::get))
                .route(web::head().to(graphql::get))
                .route(web::post().to(graphql::post))
                .route(options(graphql::METHODS))
                .default_service(web::to(graphql::other_method)),
        )
        .service(page("/schema.graphql", schema_text))
        .service(page("/livez", health::live))
        .service(page("/readyz", health::ready))
        .service(page("/", home))
        .default_service(web::to(not_found))
        .wrap(from_fn(coding::encode))
        .wrap(from_fn(record::log))
        .wrap(edge.origins.cors(&edge.request_headers))
        .wrap(from_fn(headers::complete))
        .wrap(from_fn(unread::close))
}

const METHODS_OF_PAGES: &str = "GET, HEAD, OPTIONS";

/// Read-only resources.
fn page<F, Arguments>(path: &str, handler: F) -> Resource
where
    F: Handler<Arguments>,
    Arguments: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(handler.clone()))
        .route(web::head().to(handler))
        .route(options(METHODS_OF_PAGES))
        .default_service(web::to(other_method))
}

/// Lists the allowed methods.
fn options(methods: &'static str) -> Route {
    let answer = move || HttpResponse::NoContent().insert_header((header::ALLOW, methods)).finish();
    web::method(Method::OPTIONS).to(move || std::future::ready(answer()))
}

async fn other_method() -> HttpResponse {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "This resource is read-only. Use GET.\n");
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(METHODS_OF_PAGES));
    response
}

/// Printed once: it never changes, and printing builds the whole schema.
static SCHEMA_TEXT: LazyLock<Arc<Representation>> = LazyLock::new(|| Arc::new(Representation::new(schema::sdl())));

async fn schema_text(edge: web::Data<Edge>) -> HttpResponse {
    if edge.app.settings.http.introspection {
        let mut response = HttpResponse::Ok();
        response.content_type(PLAIN_TEXT);
        SCHEMA_TEXT.respond(response)
    } else {
        text(StatusCode::FORBIDDEN, "Introspection is disabled on this server.\n")
    }
}

async fn home() -> HttpResponse {
    HttpResponse::Found().insert_header((header::LOCATION, "/graphql")).finish()
}

async fn not_found() -> HttpResponse {
    let message = "Not found. The API is at /graphql, its schema at /schema.graphql.\n";
    text(StatusCode::NOT_FOUND, message)
}

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

fn text(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status).content_type(PLAIN_TEXT).body(text.to_owned())
}
