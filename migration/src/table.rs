//! Builds tables: columns by type, checks, keys and indexes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A new table. Constraints and indexes are named after it and their columns.
pub struct NewTable<'m> {
    manager: &'m SchemaManager<'m>,
    name: &'static str,
    create: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

impl<'m> NewTable<'m> {
    pub fn new(manager: &'m SchemaManager<'m>, name: &'static str) -> Self {
        let create = Table::create().table(name).take();
        Self { manager, name, create, indexes: Vec::new() }
    }

    /// The UUID that is the primary key.
    pub fn id(self) -> Self {
        self.required(ColumnType::Uuid, &["id"]).primary_key(&["id"])
    }

    /// A key that the database counts up and never gives out twice.
    pub fn counter(mut self, column: &'static str) -> Self {
        self.create.col(ColumnDef::new(column).big_integer().auto_increment().primary_key());
        self
    }

    /// The name in addresses. Where it is unique is said beside.
    pub fn slug(self) -> Self {
        self.required(ColumnType::Text, &["slug"])
            .check("slug_format", "length(slug) BETWEEN 1 AND 100 AND slug = lower(slug) AND slug NOT LIKE '% %'")
    }

    /// The place on a list, from 0.
    pub fn position(self) -> Self {
        self.required(ColumnType::Integer, &["position"]).check("position_from_0", r#""position" >= 0"#)
    }

    /// When the row was created, and its version.
    pub fn created_at(self) -> Self {
        self.required(ColumnType::TimestampWithTimeZone, &["created_at"]).version()
    }

    /// When the row was created and last changed, and its version.
    pub fn timestamps(self) -> Self {
        self.required(ColumnType::TimestampWithTimeZone, &["updated_at"]).created_at()
    }

    /// What grows by one with every change.
    pub fn version(self) -> Self {
        self.required(ColumnType::Integer, &["version"]).check("version_from_1", "version >= 1")
    }

    /// Columns that always hold something.
    pub fn required(self, of: ColumnType, columns: &[&'static str]) -> Self {
        self.columns(of, columns, false)
    }

    /// Columns that may be null.
    pub fn optional(self, of: ColumnType, columns: &[&'static str]) -> Self {
        self.columns(of, columns, true)
    }

    fn columns(mut self, of: ColumnType, columns: &[&'static str], nullable: bool) -> Self {
        let of = match (of, self.manager.get_database_backend()) {
            // Sorted by bytes, as in SQLite, regardless of the locale of the database.
            (ColumnType::Text, DbBackend::Postgres) => ColumnType::custom(String::from(r#"text COLLATE "C""#)),
            (of, _) => of,
        };
        for column in columns {
            let mut def = ColumnDef::new_with_type(*column, of.clone());
            if !nullable {
                def.not_null();
            }
            self.create.col(def);
        }
        self
    }

    /// A column with one of these values.
    pub fn enum_column(self, column: &'static str, values: &'static [&'static str]) -> Self {
        self.required(ColumnType::Text, &[column]).check_values(column, values)
    }

    /// A column with one of these values, or null.
    pub fn optional_enum_column(self, column: &'static str, values: &'static [&'static str]) -> Self {
        self.optional(ColumnType::Text, &[column]).check_values(column, values)
    }

    fn check_values(mut self, column: &'static str, values: &'static [&'static str]) -> Self {
        let name = format!("{}_{column}_known", self.name);
        let known = Expr::col(column).is_in(values.iter().copied());
        self.create.check(Check::named(name, known));
        self
    }

    /// What must hold for every row, in SQL that both databases read.
    pub fn check(mut self, name: &str, sql: impl Into<String>) -> Self {
        let name = format!("{}_{name}", self.name);
        self.create.check(Check::named(name, Expr::cust(sql.into())));
        self
    }

    /// At most one of these columns is not null.
    pub fn at_most_one(self, name: &str, columns: &[&str]) -> Self {
        let count = count_of(columns);
        self.check(name, format!("{count} <= 1"))
    }

    /// One of these columns is not null, and the others are.
    pub fn exactly_one(self, name: &str, columns: &[&str]) -> Self {
        let count = count_of(columns);
        self.check(name, format!("{count} = 1"))
    }

    pub fn primary_key(mut self, columns: &[&'static str]) -> Self {
        let name = format!("{}_pkey", self.name);
        self.create.primary_key(&mut index(name, columns));
        self
    }

    pub fn unique(mut self, columns: &[&'static str]) -> Self {
        let name = format!("{}_{}_key", self.name, columns.join("_"));
        self.create.index(index(name, columns).unique());
        self
    }

    /// Unique among the rows of which the condition holds.
    pub fn unique_where(mut self, name: &str, columns: &[&'static str], condition: String) -> Self {
        let mut index = index(format!("{}_{name}_key", self.name), columns);
        index.unique().table(self.name).and_where(Expr::cust(condition));
        self.indexes.push(index);
        self
    }

    pub fn index(mut self, columns: &[&'static str]) -> Self {
        let name = format!("{}_{}_idx", self.name, columns.join("_"));
        self.indexes.push(index(name, columns).table(self.name).take());
        self
    }

    /// The row is deleted with the one that it belongs to. The first column is the other's `id`; any
    /// further one bears the same name there, and so is held equal.
    pub fn belongs_to(self, table: &'static str, columns: &[&'static str]) -> Self {
        self.foreign_key(table, columns, ForeignKeyAction::Cascade, ForeignKeyAction::NoAction)
    }

    /// As `belongs_to`, and what is held equal follows when it changes there.
    pub fn follows(self, table: &'static str, columns: &[&'static str]) -> Self {
        self.foreign_key(table, columns, ForeignKeyAction::Cascade, ForeignKeyAction::Cascade)
    }

    /// The other row can't go while this one names it. Columns as in `belongs_to`.
    pub fn refers_to(self, table: &'static str, columns: &[&'static str]) -> Self {
        self.foreign_key(table, columns, ForeignKeyAction::NoAction, ForeignKeyAction::NoAction)
    }

    fn foreign_key(
        mut self,
        table: &'static str,
        columns: &[&'static str],
        on_delete: ForeignKeyAction,
        on_update: ForeignKeyAction,
    ) -> Self {
        let mut key = ForeignKey::create();
        key.name(format!("{}_{}_fkey", self.name, columns.join("_")))
            .from_tbl(self.name)
            .to_tbl(table)
            .on_delete(on_delete)
            .on_update(on_update);
        for (at, column) in columns.iter().enumerate() {
            key.from_col(*column).to_col(if at == 0 { "id" } else { *column });
        }
        self.create.foreign_key(&mut key);
        self
    }

    pub async fn create(self) -> Result<(), DbErr> {
        self.manager.create_table(self.create).await?;
        for index in self.indexes {
            self.manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Drops tables and what depends on them, referring tables first.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager.drop_table(Table::drop().table(*table).take()).await?;
    }
    Ok(())
}

fn index(name: String, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name);
    for column in columns {
        index.col(*column);
    }
    index
}

/// How many of the columns are not null, in SQL.
fn count_of(columns: &[&str]) -> String {
    let ones = columns.iter().map(|column| format!("CASE WHEN {column} IS NULL THEN 0 ELSE 1 END"));
    ones.collect::<Vec<_>>().join(" + ")
}
