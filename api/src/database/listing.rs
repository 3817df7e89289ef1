//! A list: its rows and order, and the statements for its pages and count.

use plenary_entity::decode::Decode;
use sea_orm::{
    DbBackend, EntityTrait, QueryFilter, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, OverStatement, Query, SelectStatement, WindowStatement},
};

use super::{
    keyset::{Order, Page, beyond, key_alias},
    rows::{Column, Joined, joins},
    sql::{contains, found_by_index, planned_for_its_values},
};

/// The columns of the rows themselves.
fn own(columns: &[Column]) -> impl Iterator<Item = Column> {
    columns.iter().copied().filter(|column| column.joined.is_none())
}

/// These columns of the rows of a page, and of those that are read along with them. These are joined to the page, which
/// has the name of the table: the database would join them to the whole list otherwise.
fn with_joined<E: EntityTrait>(
    page: SelectStatement,
    columns: &[Column],
    joined: Vec<&'static Joined>,
) -> SelectStatement {
    let mut whole = Query::select();
    whole.exprs(columns.iter().map(|column| column.expression())).from_subquery(page, E::default());
    joined.into_iter().for_each(|joined| joined.join(&mut whole));
    whole
}

/// A list: which rows, and in which order.
pub struct Listing<E: EntityTrait> {
    /// The rows, as the viewer may see them.
    pub select: Select<E>,
    /// The order.
    pub order: Order,
    /// The text that rows must contain, for searches.
    searched: Option<String>,
}

const PARENT: &str = "list_parent";
const PLACE: &str = "list_place";

impl<E: EntityTrait<Model: Decode>> Listing<E> {
    /// These rows in this order.
    #[must_use]
    pub const fn new(select: Select<E>, order: Order) -> Self {
        Self { select, order, searched: None }
    }

    /// Rows whose title or name, which is `folded`, contains a text.
    #[must_use]
    pub fn containing(mut self, folded: impl Into<Expr>, text: Option<&String>) -> Self {
        if let Some(text) = text {
            self.select = self.select.filter(contains(folded.into(), text));
            self.searched = Some(text.clone());
        }
        self
    }

    /// The statement for the rows. It uses the text index if there is a text filter.
    fn rows(self, backend: DbBackend) -> SelectStatement {
        let has_text = self.searched.is_some();
        let found = self.searched.and_then(|text| found_by_index(backend, &text));
        let mut statement = self.select.into_query();
        // How selective a text is can't be estimated without it.
        if has_text && let Some(planned) = planned_for_its_values(backend) {
            statement.and_where(planned);
        }
        if let Some(found) = found {
            statement.and_where(Expr::col((E::default(), Alias::new("id"))).in_subquery(found));
        }
        statement
    }

    /// The statement for one page of the list: these columns, then the keys of the order.
    #[must_use]
    pub fn page_statement(self, backend: DbBackend, columns: &[Column], page: &Page) -> SelectStatement {
        let keys = self.order.keys.clone();
        let mut statement = self.bounded(backend, page);
        statement.clear_selects().exprs(own(columns).map(Column::expression));
        for (number, key) in keys.iter().enumerate() {
            statement.expr_as(key.expression.clone(), key_alias(number));
            key.order(&mut statement, key.expression.clone(), page.from_end);
        }
        statement.limit(page.size + 1);
        let joined = joins(columns);
        if joined.is_empty() {
            return statement;
        }
        let mut whole = with_joined::<E>(statement, columns, joined);
        for (number, key) in keys.iter().enumerate() {
            let column = (E::default(), key_alias(number));
            whole.column(column.clone());
            key.order(&mut whole, Expr::col(column), page.from_end);
        }
        whole
    }

    /// The statement for one page of the list for each of several parents, which `parent` names in a row: these
    /// columns, then the keys of the order, then the parent.
    #[must_use]
    pub fn pages_statement(self, backend: DbBackend, columns: &[Column], parent: Expr, page: &Page) -> SelectStatement {
        let keys = self.order.keys.clone();
        let mut ranked = self.bounded(backend, page);
        ranked.clear_selects().exprs(own(columns).map(Column::expression));
        let mut window = WindowStatement::new();
        window.add_partition_by(parent.clone());
        for (number, key) in keys.iter().enumerate() {
            ranked.expr_as(key.expression.clone(), key_alias(number));
            key.order(&mut window, key.expression.clone(), page.from_end);
        }
        ranked.expr_as(parent, PARENT);
        ranked.expr_window_as(Expr::cust("ROW_NUMBER()"), window, PLACE);
        let mut whole = with_joined::<E>(ranked, columns, joins(columns));
        let keys = (0..keys.len()).map(|number| (E::default(), key_alias(number)));
        whole
            .columns(keys)
            .column((E::default(), PARENT))
            .and_where(Expr::col((E::default(), PLACE)).lte(page.size + 1))
            .order_by((E::default(), PLACE), Direction::Asc)
            .take()
    }

    /// The statement that counts the rows of the list.
    #[must_use]
    pub fn count_statement(self, backend: DbBackend) -> SelectStatement {
        let mut rows = self.rows(backend);
        rows.clear_selects().expr_as(Expr::cust("COUNT(*)"), "list_count").take()
    }

    /// The statement that counts the rows of the list for each of several parents: the parent, then how many.
    #[must_use]
    pub fn counts_statement(self, backend: DbBackend, parent: Expr) -> SelectStatement {
        let mut rows = self.rows(backend);
        rows.clear_selects()
            .expr_as(parent.clone(), PARENT)
            .expr_as(Expr::cust("COUNT(*)"), "list_count")
            .add_group_by([parent])
            .take()
    }

    fn bounded(self, backend: DbBackend, page: &Page) -> SelectStatement {
        let keys = self.order.keys.clone();
        let mut statement = self.rows(backend);
        if let Some(values) = &page.after {
            statement.cond_where(beyond(&keys, values, true));
        }
        if let Some(values) = &page.before {
            statement.cond_where(beyond(&keys, values, false));
        }
        statement
    }
}
