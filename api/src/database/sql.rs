//! SQL expressions that differ between the databases, and text search.

use plenary_entity::slug;
use sea_orm::{
    ActiveEnum, ColumnTrait, DbBackend, EntityTrait, QueryFilter, Select,
    sea_query::{Alias, Condition, Expr, ExprTrait, Func, LikeExpr, Query, SelectStatement, Value},
};
use uuid::Uuid;

use crate::text::fold;

/// More letters than any title or name has, however it is composed.
const LONGEST_SEARCH: usize = 1_000;

/// `column` is one of `ids`. Several are bound as one value, so that the text of the statement is the same for any
/// number of them; for one, the database can infer equalities.
#[must_use]
pub fn any_of(backend: DbBackend, column: Expr, ids: &[Uuid]) -> Expr {
    if let [only] = ids {
        return column.eq(*only);
    }
    let test = match backend {
        DbBackend::Postgres => "$1 = ANY($2)",
        _ => "? IN (SELECT unhex(value) FROM json_each(?))",
    };
    Expr::cust_with_exprs(test, [column, Expr::val(id_list(backend, ids))])
}

/// Many ids as one value: an array on PostgreSQL, a JSON array of hexadecimal digits on SQLite.
#[must_use]
pub fn id_list(backend: DbBackend, ids: &[Uuid]) -> Value {
    if backend == DbBackend::Postgres {
        return ids.to_vec().into();
    }
    let hex: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    serde_json::to_string(&hex).unwrap_or_default().into()
}

/// `column` is one of `texts`, which travel as one bound value.
#[must_use]
pub fn any_text_of(backend: DbBackend, column: Expr, texts: &[String]) -> Expr {
    let texts: Vec<&String> = texts.iter().filter(|text| storable(text)).collect();
    if backend == DbBackend::Postgres {
        return Expr::cust_with_exprs(
            "$1 = ANY($2)",
            [column, Expr::val(texts.into_iter().cloned().collect::<Vec<_>>())],
        );
    }
    let json = serde_json::to_string(&texts).unwrap_or_default();
    Expr::cust_with_exprs("? IN (SELECT value FROM json_each(?))", [column, Expr::val(json)])
}

/// The folded `column` contains `text`, regardless of case. `%` and `_` are ordinary characters.
#[must_use]
pub fn contains(column: Expr, text: &str) -> Expr {
    // SQLite takes no pattern over 50,000 bytes, and nothing that is searched is nearly as long.
    if !storable(text) || text.chars().count() > LONGEST_SEARCH {
        return nothing();
    }
    let mut pattern = String::from("%");
    for letter in fold(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    column.like(LikeExpr::new(pattern).escape('\\'))
}

/// The IDs of all rows whose title or name contains `text`, by the trigram index of SQLite, which is separate from the
/// tables. On PostgreSQL, the index is used automatically. Texts of fewer than three characters can't use it.
#[must_use]
pub fn found_by_index(backend: DbBackend, text: &str) -> Option<SelectStatement> {
    let text = fold(text);
    if backend != DbBackend::Sqlite || !(3..=LONGEST_SEARCH).contains(&text.chars().count()) {
        return None;
    }
    let phrase = format!("\"{}\"", text.replace('"', "\"\""));
    let matches = Expr::cust_with_values("\"searched_index\" MATCH ?", [phrase]);
    let keys = Query::select().column("rowid").from("searched_index").and_where(matches).take();
    Some(Query::select().column("node_id").from("searched").and_where(Expr::col("key").in_subquery(keys)).take())
}

/// Makes PostgreSQL plan the statement for the values of each run. From the sixth run on, it would otherwise use a
/// generic plan if that looks no more expensive. This condition only makes it look more expensive; with the value
/// known, it is optimized away.
#[must_use]
pub fn planned_for_its_values(backend: DbBackend) -> Option<Expr> {
    const NEVER_RUN: &str = "($1 OR (SELECT COUNT(*) FROM generate_series(1, 1000000000)) = 0)";
    (backend == DbBackend::Postgres).then(|| Expr::cust_with_values(NEVER_RUN, [true]))
}

/// `column` has this enum value. Values in the rules of visibility are literals and not bound, so that a generic plan
/// can rely on them.
#[must_use]
pub fn is_value(column: Expr, value: impl ActiveEnum<Value = String>) -> Expr {
    column.eq(literal(&value))
}

/// `column` has one of these enum values. See [`is_value`].
#[must_use]
pub fn is_one_of<W: ActiveEnum<Value = String>>(column: Expr, values: &[W]) -> Expr {
    column.is_in(values.iter().map(literal))
}

fn literal(word: &impl ActiveEnum<Value = String>) -> Expr {
    // Words are of capital letters and `_`.
    Expr::cust(format!("'{}'", word.to_value()))
}

/// The selection of a subquery for `EXISTS`.
#[must_use]
pub fn anything() -> Expr {
    Expr::cust("1")
}

/// `column` is `text`.
#[must_use]
pub fn is_text(column: Expr, text: &str) -> Expr {
    if storable(text) { column.eq(text) } else { nothing() }
}

/// `id` is of the row of the table `kind` that has or had `slug` in one of `scopes`.
#[must_use]
pub fn has_or_had_slug(id: Expr, kind: &str, scopes: Scope, slug: &str) -> Expr {
    id.in_subquery(rows_with_slug(kind, scopes, slug))
}

/// The scope in which a slug is unique.
pub enum Scope {
    /// All of its kind.
    Everywhere,
    /// The event that bears a slug.
    EventNamed(String),
}

fn rows_with_slug(kind: &str, scope: Scope, slug: &str) -> SelectStatement {
    let scope_id = || Expr::col((slug::Entity, slug::Column::ScopeId));
    let in_scope = match scope {
        Scope::Everywhere => scope_id().eq(Uuid::nil()),
        Scope::EventNamed(event) => scope_id().in_subquery(rows_with_slug("event", Scope::Everywhere, &event)),
    };
    Query::select()
        .column((slug::Entity, slug::Column::NodeId))
        .from(slug::Entity)
        .and_where(Expr::col((slug::Entity, slug::Column::Kind)).eq(kind))
        .and_where(in_scope)
        .and_where(is_text(Expr::col((slug::Entity, slug::Column::Slug)), slug))
        .take()
}

/// The slugs that rows of the table `kind` bear, or bore once.
#[must_use]
pub fn slugs_of(kind: &str) -> Select<slug::Entity> {
    slug::Entity::find().filter(slug::Column::Kind.eq(kind))
}

/// PostgreSQL has no text with U+0000, so nothing that is stored can be such a text.
fn storable(text: &str) -> bool {
    !text.contains('\0')
}

/// A condition that no row meets.
#[must_use]
pub fn nothing() -> Expr {
    Expr::cust("1 = 0")
}

/// The row of `E` that `foreign_key` names, if `condition` holds for it. The key must not be a column of `E` itself.
///
/// The row is looked up by its id. As `IN (SELECT …)`, SQLite would try all rows of `E` for each row that is asked
/// about, wherever an index holds the key beside the id.
#[must_use]
pub fn named_row<E: EntityTrait>(foreign_key: Expr, condition: Condition) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("TRUE"))
        .from(E::default())
        .and_where(Expr::col((E::default(), Alias::new("id"))).eq(foreign_key))
        .cond_where(condition)
        .take()
}

/// `foreign_key` names a row of `E` for which `condition` holds, as in [`named_row`].
///
/// The row is looked up for each row that is asked about. PostgreSQL would turn `EXISTS` into a join, or into a hash of
/// all rows of `E`: planning would take longer than the look-ups, and running longer the more rows there are.
#[must_use]
pub fn refers_to<E: EntityTrait>(foreign_key: Expr, condition: Condition) -> Expr {
    let row = Expr::SubQuery(None, Box::new(named_row::<E>(foreign_key, condition).into()));
    Func::coalesce([row, Expr::cust("FALSE")]).into()
}

/// Some row is selected. It is looked for as in [`refers_to`].
#[must_use]
pub fn is_found(rows: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(Query::select().expr(Expr::exists(rows)).take().into()))
}
