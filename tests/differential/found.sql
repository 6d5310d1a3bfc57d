-- Cases that were answered wrong once, or lie next to one, and what random queries found: each block makes
-- its tables and asks. DuckDB must find the same rows, or the query is refused for a reason that
-- `refusal.rs` knows.
create table a (id bigint, z bigint);
insert into a values (1, 10), (2, 20), (null, 30), (4, 40);
create table b (id bigint, z bigint);
insert into b values (1, 5), (null, 50), (5, 10);
-- `not in`: constant left sides, correlation, the key itself within, below `or`.
select id, z from a where id not in (select id from b);
select id, z from a where id not in (select id from b where id is not null);
select id, z from a where id not in (select b.id from b where b.z < a.z);
select id, z from a where id not in (select b.id from b where b.z = a.z);
select id, z from a where id not in (select b.id from b where b.id = a.id);
select id, z from a where 3 not in (select b.id from b where b.z = a.z);
select id, z from a where 3 not in (select b.id from b);
select id, z from a where not (id in (select b.id from b where b.z < a.z)) or id = 4;
select id, z from a where (case when z > 100 then 1 end) not in (select id from b where id is not null);
select id, z, id in (select id from b) as v from a;
select id, z from a where coalesce(id, 0) not in (select coalesce(id, -1) from b);
select id, z from a where id not in (select b.id from b where b.z = a.z) or z = 10;
-- The third value of `in`.
select id, z from a where (id in (select b.id from b)) is null;
select id, z from a where (id in (select b.id from b)) is not true;
select id, z from a where case when id in (select b.id from b) then 1 else 2 end = 2;
select id, z from a where not (id not in (select id from b));
-- `any` and `all`.
select id, z from a where z > all (select z from b where z is not null);
select id, z from a where z = any (select z from b);
select id, z from a where z <> all (select z from b);
select id, z from a where id <> all (select id from b where b.z < a.z);
-- Queries of exactly one row, with and without a condition on it.
select id, z from a where id in (select max(b.id) from b where b.z = a.z);
select id, z from a where id not in (select max(b.id) from b where b.z = a.z);
select id, z from a where 0 in (select count(*) from b where b.id = a.id);
select id, z from a where 0 not in (select count(*) from b where b.id = a.id);
select id, z from a where exists (select count(*) from b where b.id = a.id);
select id, z from a where exists (select 1 from b where b.id = a.id having count(*) = 0);
select id, z from a where not exists (select 1 from b where b.id = a.id having count(*) > 0);
-- Conditions from below steps that they cannot be moved over.
select id, z from a where exists (select 1 from b where b.id = a.id limit 1 offset 1);
select id, z from a where exists (select 1 from b where b.id = a.id limit 1);
select id, z from a where id in (select b.id from b where b.id = a.id limit 1);
select id, z from a where 1 in (select row_number() over (order by b.z) from b where b.z <= a.z);
select id, z from a where 2 in (select row_number() over (order by b.z) from b where b.id = a.id);
select id, z from a where exists (select 1 from (select count(*) as c from b where b.id = a.id) as x join b on b.z > x.c);
select id, z, (select max(x.c) from (select count(*) as c from b where b.id = a.id) as x) as v from a;
select id, z, (select max(x.c) from (select b.z, count(*) as c from b where b.id = a.id group by b.z) as x) as v from a;
-- Values of other queries.
select id, z, (select max(b.z) from b where b.id = a.id order by 1 limit 1) as v from a;
select id, z from a where z not in (select max(b.z) from b where b.id = a.id limit 1);
select id, z, (select count(*) from b where cast(b.z / 10 as int) = a.id) as v from a;
select id, z, (select sum(b.id) from b where b.z / 10 = a.id) as v from a;
select id, z, (select sum(b.id) from b where b.z % 5 = a.id - a.id) as v from a;
select id, z, (select count(*) from b where b.z < a.z) as v from a;
select id, z, (select count(*) from b where b.id = a.id group by b.id) as v from a;
select id, z, (select count(*) from b where b.id = a.id having count(*) = 0) as v from a;
select id, z, (select count(*) from b where b.id = a.id having count(*) < 5) as v from a;
select id, z, (select sum(b.z) from b where b.id = a.id having count(*) = 0) as v from a;
select id, z, (select coalesce(sum(b.z), 0) from b where b.id = a.id) as v from a;
select id, z, (select case when count(*) = 0 then -1 else 1 end from b where b.id = a.id) as v from a;
select id, z, (select b.z from b where b.id = a.id) as v from a;
select id, z, (select max(b.z) from b where b.id is not distinct from a.id) as v from a;
select id, z, (select max(b.z) from b left join (select * from b as b2 where b2.id = a.id) as x on b.id = x.id) as v from a;
select id, z from a where exists (select 1 from b left join (select * from b as b2 where b2.id = a.id) as x on b.z = x.z where x.id is null);
select id, z from a where exists (select b.id from b except select b2.id from b as b2 where b2.id = a.id);
-- Subqueries in other places.
select a.id, b.z from a join b on a.id not in (select id from b);
select a.id, b.z from a left join b on a.id = b.id and b.z in (select z from a);
select id from a group by id having sum(z) not in (select z from b);
select id from a group by id having count(*) in (select count(*) from b where b.id = a.id);
select id from a where z > (select z from b where id = 7);
select id, count(*) over (order by z desc) from a where id in (select id from b) or z > 25;
select id, z from a where (id, z) in (select id, z from b);
select id, z from a where (id, z) not in (select id, z from b);
-- Rows that are alike.
select id, z from a except all select id, z from b;
select k from (select 1 as k union all select 1 union all select 2) as x except all select 1;
select k from (select 1 as k union all select 1 union all select 2) as x intersect all select 1;
select k from (select 1 as k union all select 1 union all select 2) as x intersect all select k from (select 1 as k union all select 1 union all select 1) as y;
-- Where NULL stands in an order.
select id, z from a order by id desc limit 2;
select id, z from a order by id limit 2;
select id, row_number() over (order by id desc) from a;
-- Shared columns.
select id from a full join b using (id);
select id, a.z, b.z from a right join b using (id);
select * from a full join b using (id);
-- Queries asked for each row.
select a.id, x.m from a cross join lateral (select max(b.z) as m from b where b.id = a.id) as x;
select a.id, x.m from a cross join lateral (select count(*) as m from b where b.id = a.id) as x;
select a.id, x.z from a left join lateral (select b.z from b where b.id = a.id) as x on true;
select a.id, x.z from a cross join lateral (select b.z from b where b.z > a.id order by b.z limit 1) as x;
select distinct on (z % 20) id, z from a order by z % 20, z desc;
select a.id from a where exists (select 1 from b where exists (select 1 from b as c where c.id = a.id and c.z = b.z));
select a.id from a where a.id not in (select b.id from b where b.id not in (select c.id from a as c where c.z = b.z) and b.z < a.z);
-- What `is distinct from` reaches to: with conditions as values nothing but the answer tells.
select id, z from a where (id = 1) is distinct from (z = 10) and z > 15;
select id, z from a where (id = 1) is not distinct from (z > 15) or z = 20;

-- seed 2034: a condition of a sort-merge join, below which a projection was moved, read other columns.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-28', false, 0);
select q1.n as c0, max(q2.k) as c1, max(coalesce(q2.s, q1.s)) as c2 from t0 as q1 join t1 as q2 on q1.s is not distinct from q2.s where ((not (q2.t >= q1.t)) or (greatest(q2.t, date '2024-02-29') > q1.t)) group by q1.n;
select q1.n as c0, q2.k as c1 from t0 as q1 left join t1 as q2 on q1.s = q2.s and q2.t < q1.t;

-- seeds 414, 424 and 550: `is true` and its kin have an answer for NULL, which the plan of `distinct` forgot.
create table t0 (k bigint, f boolean);
insert into t0 values (0, false), (1, null), (2, true), (2, null);
select distinct f is true as c0, k from t0;
select distinct f is not true as c0 from t0;
select f is false as c0, count(*) as c1 from t0 group by f is false;
select distinct f is not false as c0, f is unknown as c1, f is not unknown as c2 from t0;

-- seed 741: a condition without columns went below an aggregate without groups.
create table t0 (k bigint, s varchar);
insert into t0 values (0, 'b'), (1, null);
select 0 as c0 from (select 'b' as c2 from (select count(*) as n from t0) as q1) as q8 where q8.c2 between q8.c2 and 'a';
select count(*) as c0 from t0 having 'b' <= 'a';
select q1.n as c0, q2.k as c1 from (select count(*) as n, 'b' as c from t0) as q1 join t0 as q2 on q1.c <= 'a';
select q1.n as c0 from (select count(*) as n from t0) as q1 where exists (select 1 from t0 where t0.k = q1.n and q1.n > 5);
select q1.n as c0 from (select count(*) as n, max(s) as c from t0) as q1 where q1.c = 'b';
