//! The baselines: servers that respond as the API does, through the same HTTP layers, with less work.

use std::{collections::HashMap, ffi::OsString, fs, io, io::Write, path::Path};

use actix_web::{
    App, HttpResponse, HttpServer,
    error::ErrorInternalServerError,
    middleware::from_fn,
    rt::System,
    web::{self, Bytes},
};
use plenary::http::{
    coding,
    cors::{Origins, RequestHeaders},
    headers, unread,
};
use serde::Deserialize;

use crate::{
    Result,
    flat::{self, Pool, Variables},
};

/// What a floor answers with.
enum Floor {
    /// The bytes of an answer of the API, by the name of the query.
    Constant(HashMap<String, Bytes>),
    /// What flat statements find.
    Flat(Pool),
}

/// The part of a request that a floor reads.
#[derive(Deserialize)]
struct Body {
    variables: Variables,
}

/// The command line of a floor that answers with what is in the files of a folder.
pub const CONSTANT: &str = "constant";
/// The command line of a floor that reads a database.
pub const FLAT: &str = "flat";

/// Serves until it is killed.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> Result<()> {
    let (Some(which), Some(from)) = (arguments.next(), arguments.next()) else {
        return Err("a floor takes what it is, and what it reads".into());
    };
    System::new().block_on(async {
        let floor = if which == CONSTANT {
            Floor::Constant(answers(Path::new(&from))?)
        } else {
            Floor::Flat(Pool::open(&from.to_string_lossy()).await?)
        };
        serve(floor).await
    })
}

/// The files of a folder, by their names without `.json`.
fn answers(folder: &Path) -> Result<HashMap<String, Bytes>> {
    let mut answers = HashMap::new();
    for file in fs::read_dir(folder)? {
        let file = file?.path();
        if let Some(name) = file.file_stem() {
            answers.insert(name.to_string_lossy().into_owned(), fs::read(&file)?.into());
        }
    }
    Ok(answers)
}

async fn serve(floor: Floor) -> Result<()> {
    let floor = web::Data::new(floor);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(floor.clone())
            .route("/{query}", web::post().to(answer))
            .wrap(from_fn(coding::encode))
            .wrap(Origins::Any.cors(&RequestHeaders::Any))
            .wrap(from_fn(headers::complete))
            .wrap(from_fn(unread::close))
    })
    .bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("http://{address}");
    }
    io::stdout().flush()?;
    Ok(server.run().await?)
}

async fn answer(floor: web::Data<Floor>, query: web::Path<String>, body: Bytes) -> actix_web::Result<HttpResponse> {
    let answer = match &**floor {
        Floor::Constant(answers) => answers.get(&*query).cloned().unwrap_or_default(),
        Floor::Flat(pool) => {
            let body: Body = serde_json::from_slice(&body)?;
            flat::answer(pool, &query, &body.variables).await.map_err(ErrorInternalServerError)?.into()
        }
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(answer))
}
