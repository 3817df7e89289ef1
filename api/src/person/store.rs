//! The statements about people.

use std::collections::BTreeSet;

use plenary_entity::{announcement, announcement_subject, credit, enums, external_id, person, person_alias, slug};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, IntoActiveModel, IntoSimpleExpr, QueryFilter, QueryOrder,
    QuerySelect, Set,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{input::PersonDraft, query::PersonFilter};
use crate::{
    auth::{
        viewer::Viewer,
        visible::{Visibility, Visible, rows, seen},
    },
    change::{Parts, WriteError, Writer},
    database::{
        Conn,
        fetch::Fetch,
        keyset::{KeyType, Order},
        listing::Listing,
        sql::{Scope, any_of, has_or_had_slug, slugs_of},
    },
    external_id::store::Owner,
    graphql::{
        attached::Attached,
        connection::{List, Parents, RootOnly},
    },
    mutation::{
        store::{any, in_order},
        subject::store::{attached_to, renumber},
    },
    schedule::availability::store as availability,
    subject::Subject,
    text::fold,
};

/// A list of people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonList {
    /// The filter.
    pub filter: PersonFilter,
    /// The event in the filter.
    pub event: Option<Uuid>,
}

impl List for PersonList {
    type Table = person::Entity;
    type Parent = RootOnly;

    fn listing(&self, visibility: &Visibility) -> Listing<person::Entity> {
        let visibility = match visibility {
            Visibility::All(Viewer::SignedIn(who)) if who.reads.uncredited => visibility,
            Visibility::All(Viewer::Server) => visibility,
            // A viewer who may credit no one sees public people only.
            _ => &Visibility::Public,
        };
        Listing::new(
            seen::<person::Entity>(visibility).filter(self.condition(visibility)),
            Order::named("person.name")
                .ascending(person::Column::NameFolded.into_simple_expr(), KeyType::Text)
                .ascending(person::Column::Id.into_simple_expr(), KeyType::Id),
        )
        .containing(person::Column::NameFolded.into_simple_expr(), self.filter.name_contains.as_ref())
    }

    fn includes_nonpublic(&self) -> bool {
        self.filter.include_uncredited == Some(true)
    }

    fn beneath(&self, _: Listing<person::Entity>, parents: &Parents<RootOnly>) -> (Listing<person::Entity>, Expr) {
        match parents.kind {}
    }
}

impl PersonList {
    fn condition(&self, visibility: &Visibility) -> Condition {
        let all = Condition::all();
        if self.event.is_none() && self.filter.roles.is_none() {
            return all;
        }
        let mut credited =
            credit::Entity::visible(&visibility.of_filters()).add(credit::Column::PersonId.is_not_null());
        if let Some(event) = self.event {
            credited = credited.add(credit::Column::EventId.eq(event));
        }
        if let Some(roles) = &self.filter.roles {
            credited =
                credited.add(credit::Column::Role.is_in(roles.iter().map(|role| enums::CreditRole::from(*role))));
        }
        let people = Query::select()
            .column((credit::Entity, credit::Column::PersonId))
            .from(credit::Entity)
            .cond_where(credited)
            .take();
        all.add(person::Column::Id.into_simple_expr().in_subquery(people))
    }
}

/// Writes a new person.
pub async fn create(writer: &Writer<'_>, draft: PersonDraft) -> std::result::Result<person::Model, WriteError> {
    let owner = Owner::Person(draft.id);
    writer.insert::<person::Entity>(draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Writes what is said of a person now.
pub async fn update(
    writer: &Writer<'_>,
    before: &person::Model,
    draft: PersonDraft,
) -> std::result::Result<person::Model, WriteError> {
    let owner = Owner::Person(draft.id);
    writer.update::<person::Entity>(before, draft.row, Parts::none().external_ids(owner, draft.external_ids)).await
}

/// Ties a person to the subject of a token, or to none; gives the person as they are then.
pub async fn link(
    writer: &Writer<'_>,
    before: &person::Model,
    subject: Option<String>,
) -> std::result::Result<person::Model, WriteError> {
    let change = person::ActiveModel { subject: Set(subject), ..Default::default() };
    writer.update::<person::Entity>(before, change, Parts::none()).await
}

/// The person linked to a subject, regardless of visibility.
pub async fn linked_to(conn: &Conn, subject: &str) -> std::result::Result<Option<person::Model>, DbErr> {
    rows::<person::Entity>(&Viewer::Server).filter(person::Column::Subject.eq(subject)).fetch_one(conn).await
}

/// The events that credit any of these people, hosted or not, hidden ones included: for the policy alone.
pub async fn events_crediting(conn: &Conn, people: &[Uuid]) -> std::result::Result<Vec<Uuid>, DbErr> {
    rows::<credit::Entity>(&Viewer::Server)
        .filter(any_of(conn.get_database_backend(), credit::Column::PersonId.into_simple_expr(), people))
        .select_only()
        .column(credit::Column::EventId)
        .distinct()
        .into_tuple()
        .all(conn)
        .await
}

/// The subjects of a person's credits, regardless of visibility, each once.
pub async fn credited_for(conn: &Conn, person: Uuid) -> std::result::Result<Vec<Subject>, DbErr> {
    let mut subjects = Vec::new();
    for subject in credits(conn, person).await?.iter().filter_map(credit::Entity::owner) {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

/// Renumbers the remaining credits of a subject.
pub async fn renumber_credits(writer: &Writer<'_>, subjects: Vec<Subject>) -> std::result::Result<(), WriteError> {
    for subject in subjects {
        renumber::<credit::Entity>(writer, subject).await?;
    }
    Ok(())
}

async fn credits(conn: &Conn, person: Uuid) -> std::result::Result<Vec<credit::Model>, DbErr> {
    let of_person = credit::Column::PersonId.eq(person).into();
    in_order::<credit::Entity>(conn, of_person, [credit::Column::Position, credit::Column::Id]).await
}

/// The external IDs of two people: the first one's, then the second one's.
pub async fn external_ids(
    conn: &Conn,
    [first, second]: [Uuid; 2],
) -> std::result::Result<Vec<external_id::Model>, DbErr> {
    let mut found = rows::<external_id::Entity>(&Viewer::Server)
        .filter(external_id::Column::PersonId.is_in([first, second]))
        .order_by_asc(external_id::Column::Position)
        .order_by_asc(external_id::Column::Id)
        .fetch_all(conn)
        .await?;
    found.sort_by_key(|row| row.person_id == Some(second));
    Ok(found)
}

/// Gives all that one person has to another, and deletes the one. `external_ids` are those of both, in order.
pub async fn merge(
    writer: &Writer<'_>,
    (keep, merge): (&person::Model, &person::Model),
    external_ids: Vec<external_id::Model>,
) -> std::result::Result<person::Model, WriteError> {
    move_credits(writer, keep, merge.id).await?;
    name_in_announcements(writer, keep.id, merge.id).await?;
    availability::give(writer, merge.id, keep.id).await?;
    let parts = parts_of_both(writer.conn(), (keep.id, merge.id), external_ids).await?;
    // One is deleted first, so that no two people have the same subject or external ID at any moment.
    writer.delete::<person::Entity>(merge).await?;
    let either = |kept: &Option<String>, other: &Option<String>| Set(kept.clone().or_else(|| other.clone()));
    let change = person::ActiveModel {
        affiliation: either(&keep.affiliation, &merge.affiliation),
        biography: either(&keep.biography, &merge.biography),
        avatar_url: either(&keep.avatar_url, &merge.avatar_url),
        website_url: either(&keep.website_url, &merge.website_url),
        subject: either(&keep.subject, &merge.subject),
        ..Default::default()
    };
    writer.update::<person::Entity>(keep, change, parts).await
}

/// Makes credits name another person. Of duplicates, only the credit of that person is kept.
async fn move_credits(writer: &Writer<'_>, keep: &person::Model, merge: Uuid) -> std::result::Result<(), WriteError> {
    let mut left = Vec::new();
    for row in credits(writer.conn(), merge).await? {
        let Some(subject) = credit::Entity::owner(&row) else { continue };
        let there = attached_to::<credit::Entity>(writer.conn(), subject).await?;
        let own = there.iter().find(|other| other.person_id == Some(keep.id) && other.role == row.role);
        let kept = if let Some(own) = own {
            writer.delete::<credit::Entity>(&row).await?;
            own.clone()
        } else {
            let change = credit::ActiveModel { person_id: Set(Some(keep.id)), ..Default::default() };
            writer.update::<credit::Entity>(&row, change, Parts::none()).await?
        };
        let shown = fold(kept.credited_as.as_ref().unwrap_or(&keep.name));
        let says_the_same = |other: &&credit::Model| {
            let name = other.credited_as.as_deref().map(fold);
            other.person_id.is_none() && other.role == row.role && name.is_some_and(|name| name == shown)
        };
        for other in there.iter().filter(says_the_same) {
            writer.delete::<credit::Entity>(other).await?;
        }
        left.push(subject);
    }
    left.dedup();
    renumber_credits(writer, left).await
}

/// Makes announcements about one person be about another one, once each.
async fn name_in_announcements(writer: &Writer<'_>, keep: Uuid, merge: Uuid) -> std::result::Result<(), WriteError> {
    let conn = writer.conn();
    let about = announcement_subject::Column::PersonId.eq(merge);
    let about = rows::<announcement_subject::Entity>(&Viewer::Server).filter(about).fetch_all(conn).await?;
    let announcements: BTreeSet<Uuid> = about.into_iter().map(|subject| subject.announcement_id).collect();
    for id in announcements {
        let Some(row) = any::<announcement::Entity>(conn, id).await? else { continue };
        let of_it: Condition = announcement_subject::Column::AnnouncementId.eq(id).into();
        let mut subjects = rows::<announcement_subject::Entity>(&Viewer::Server)
            .filter(of_it.clone())
            .order_by_asc(announcement_subject::Column::Position)
            .fetch_all(conn)
            .await?;
        if subjects.iter().any(|subject| subject.person_id == Some(keep)) {
            subjects.retain(|subject| subject.person_id != Some(merge));
        }
        let subjects = subjects.into_iter().zip(0..).map(|(mut subject, position)| {
            subject.position = position;
            subject.person_id = subject.person_id.map(|person| if person == merge { keep } else { person });
            sea_orm::ActiveModelTrait::reset_all(subject.into_active_model())
        });
        let parts = Parts::none().set::<announcement_subject::Entity>("subjects", of_it, subjects.collect());
        writer.update::<announcement::Entity>(&row, announcement::ActiveModel::default(), parts).await?;
    }
    Ok(())
}

/// The ids, slugs and names in other systems of two people as those of the first. What is replaced is that of both.
async fn parts_of_both(
    conn: &Conn,
    (keep, merge): (Uuid, Uuid),
    external_ids: Vec<external_id::Model>,
) -> std::result::Result<Parts, DbErr> {
    let both = [keep, merge];
    let of_both: Condition = person_alias::Column::PersonId.is_in(both).into();
    let former = rows::<person_alias::Entity>(&Viewer::Server).filter(of_both.clone()).fetch_all(conn).await?;
    let former = former.into_iter().map(|alias| alias.former_id).chain([merge]);
    let former =
        former.map(|former_id| person_alias::ActiveModel { former_id: Set(former_id), person_id: Set(keep) }).collect();
    let parts = Parts::none().set::<person_alias::Entity>("mergedIds", of_both, former);

    let slugs = slugs_of("person").filter(slug::Column::NodeId.is_in(both)).fetch_all(conn).await?;
    let slugs = slugs.into_iter().map(|mut slug| {
        slug.node_id = keep;
        sea_orm::ActiveModelTrait::reset_all(slug.into_active_model())
    });
    let of_both = Condition::all().add(slug::Column::Kind.eq("person")).add(slug::Column::NodeId.is_in(both));
    let parts = parts.set::<slug::Entity>("formerSlugs", of_both, slugs.collect());

    let names = external_ids.into_iter().zip(0..).map(|(mut name, position)| {
        name.person_id = Some(keep);
        name.position = position;
        sea_orm::ActiveModelTrait::reset_all(name.into_active_model())
    });
    let of_both = external_id::Column::PersonId.is_in(both).into();
    Ok(parts.set::<external_id::Entity>("externalIds", of_both, names.collect()))
}

/// The person with a current or former slug, regardless of visibility.
pub async fn by_slug_ever(conn: &Conn, slug: &str) -> std::result::Result<Option<person::Model>, DbErr> {
    let bears = has_or_had_slug(person::Column::Id.into_simple_expr(), "person", Scope::Everywhere, slug);
    rows::<person::Entity>(&Viewer::Server).filter(bears).fetch_one(conn).await
}
