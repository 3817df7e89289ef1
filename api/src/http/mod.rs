//! The HTTP edge: every route is on this screen.

pub mod explorer;
pub mod graphql;
pub mod guard;
pub mod request;
pub mod stack;

use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};

use crate::schema;

/// The routes of the server.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/graphql")
                .route(web::get().to(graphql::get))
                .route(web::head().to(graphql::get))
                .route(web::post().to(graphql::post))
                .default_service(web::to(graphql::other_method)),
        )
        .service(web::resource("/schema.graphql").route(web::get().to(schema_text)).route(web::head().to(schema_text)))
        .route("/", web::get().to(home))
        .default_service(web::to(nothing_here));
}

/// Printing builds the whole schema anew, and the text never changes.
static SCHEMA_TEXT: LazyLock<String> = LazyLock::new(schema::sdl);

async fn schema_text() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(SCHEMA_TEXT.as_str())
}

async fn home() -> HttpResponse {
    HttpResponse::Found().insert_header(("Location", "/graphql")).finish()
}

async fn nothing_here() -> HttpResponse {
    let text = "There is nothing here. The API is at /graphql, its schema at /schema.graphql.\n";
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(text)
}
