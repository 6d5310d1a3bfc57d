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

-- seed 801: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.k as c0 from t0 as q1 right join t1 as q2 on q1.k < q2.k where 0 is not null) intersect all (select row_number() over (order by q3.k, q3.n, q3.d, q3.s, q3.t, q3.f, q3.m) as c0 from t1 as q3);

-- seed 877: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k = q2.k) select q4.k as c0 from t0 as q4 cross join lateral (select q4.k as c0 from t0 as q5 where cast(null as bigint) = q5.k) as l6;

-- seed 1010: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select coalesce(q1.s, q1.s) as c0, q1.s as c1, coalesce(q1.t, q1.t) as c2 from t0 as q1 join t0 as q2 on q1.k < q2.k where q1.k in (select q3.k as c0 from t0 as q3)) union all (select distinct case when q4.k = q4.k then q4.s else case when q4.k = q4.k then q4.s else q4.s end end as c0, q4.s as c1, case when q4.k not in (0, cast(null as bigint)) then nullif(q4.t, date '2024-02-29') else date '2024-02-29' end as c2 from t0 as q4);

-- seed 1177: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.s as c0 from t0 as q1 cross join lateral (select q2.k as c0, q2.k as c1, q2.k as c2 from t0 as q2) as l3) intersect all (select min(cast(q4.c1 as varchar)) as c0 from (select nullif(q5.s, 'a') as c0, q5.k as c1, q5.k as c2 from t0 as q5) as q4 where cast('1.00' as decimal(18,2)) = cast('1.00' as decimal(18,2)));

-- seed 1454: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (null, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.d as c0, q1.k as c1, q1.t as c2 from t0 as q1) union all (select min(q2.d) as c0, min(q2.k) as c1, min(q2.t) as c2 from t1 as q2);

-- seed 2218: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '1970-01-01', false, 0);
select min(q1.k) as c0, min(coalesce(q1.t, q1.t)) as c1 from t2 as q1;

-- seed 2340: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, null, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select min(q1.d) as c0, min(q1.s) as c1 from t1 as q1;

-- seed 2705: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.k as c0, q1.k as c1, q1.k as c2 from t0 as q1 join t0 as q2 on q1.k = q2.k where q1.k = q1.k) intersect all (select q3.k as c0, q3.n as c1, coalesce(q3.k, q3.k) as c2 from t0 as q3);

-- seed 2924: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'b', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select min(case when q1.k = q1.k then q1.s else q1.s end) as c0, min(q1.k) as c1, max(q1.s) as c2 from t1 as q1;

-- seed 3008: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select u2.* from (select count(*) as c0, count(*) as c1 from t0 as q1) as u2 order by u2.c0, u2.c1 limit 1), w6 as (select sum(q4.d) over (partition by q4.k order by q4.k, q4.n, q4.d, q4.s, q4.t, q4.f, q4.m, q5.k, q5.n, q5.d, q5.s, q5.t, q5.f, q5.m) as c0, q4.t as c1, case when (q4.f) is true then q4.t end as c2 from t0 as q4 join t0 as q5 on q4.k = q5.k and q4.k = q4.k where q4.k = q4.k) (select q7.n as c0 from t1 as q7) except all (select min(q8.c0) filter (where ((cast('1.00' as decimal(18,2)) = cast('1.00' as decimal(18,2))) or (cast('1.00' as decimal(18,2)) is null))) as c0 from (select q9.k as c0, count(*) as c1, avg(nullif(q9.k, 0)) as c2 from t0 as q9 group by q9.k) as q8 where (true) is true);

-- seed 3073: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w2 as (select q1.k as c0 from t0 as q1) select sum(cast('1.00' as decimal(18,2))) filter (where cast('1.00' as decimal(18,2)) = cast('1.00' as decimal(18,2))) as c0, min(cast(null as date)) as c1, min(cast(null as decimal(18,2))) as c2 from w2 as q3 where cast('1.00' as decimal(18,2)) = cast('1.00' as decimal(18,2));

-- seed 3177: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.k as c0 from t0 as q1) except all (select first_value(q2.n) over (order by q2.k, q2.n, q2.d, q2.s, q2.t, q2.f, q2.m, q3.k, q3.n, q3.d, q3.s, q3.t, q3.f, q3.m) as c0 from t0 as q2 cross join t0 as q3);

-- seed 3371: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select (select count(*) from t0 as i2 where i2.s like 'a%' = q1.f) as c0 from t0 as q1;

-- seed 3799: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select q1.c0 as c0 from ((select q2.k as c0, q2.n as c1, count(*) as c2, count(*) as c3 from t0 as q2 group by q2.k, q2.n) intersect all (select sum(distinct coalesce(q3.k, q3.k)) as c0, count(coalesce(q3.k, q3.k)) as c1, count(*) as c2, count(*) as c3 from t0 as q3)) as q1;

-- seed 3861: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w4 as (select u3.* from (select case when exists (select q2.k as c0 from t0 as q2) then q1.d end as c0, q1.d as c1 from t0 as q1 where ((q1.k = q1.k) and ((q1.f) is not true))) as u3 order by u3.c0, u3.c1 limit 1) (select (0 + 2) as c0 from w4 as q5) intersect all (select q6.n as c0 from t0 as q6);

-- seed 3949: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w4 as ((select case when not (q1.k = q1.k) then q1.d end as c0, q1.d as c1, q1.k as c2 from t0 as q1 join t0 as q2 on q1.k = q2.k) union all (select sum(q3.d) over (order by q3.k, q3.n, q3.d, q3.s, q3.t, q3.f, q3.m) as c0, sum(q3.d) over (order by q3.k, q3.n, q3.d, q3.s, q3.t, q3.f, q3.m) as c1, row_number() over (partition by q3.k order by q3.k, q3.n, q3.d, q3.s, q3.t, q3.f, q3.m) as c2 from t0 as q3 where q3.k = q3.k)) select q5.c2 as c0 from w4 as q5 join ((select q7.k as c0 from t0 as q7 where q7.k = q7.k) union all (select sum(q8.k) over (order by q8.k, q8.n, q8.d, q8.s, q8.t, q8.f, q8.m) as c0 from t0 as q8)) as q6 on true where (select min(i9.t) from t1 as i9 where i9.k = q5.c2) is not null;

-- seed 4100: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.t as c0, q1.s as c1, q1.d as c2 from t0 as q1 where q1.s like 'a%') union all (select max(cast(null as date)) as c0, min(coalesce(q2.c0, q2.c0)) as c1, max(cast(null as decimal(18,2))) as c2 from (select u5.* from (select q3.s as c0, q3.s as c1 from t0 as q3 cross join t0 as q4) as u5 order by u5.c0, u5.c1 limit 1) as q2 where (((select count(*) from t0 as i6 where i6.s = q2.c0) = 0) and (0 = 0)));

-- seed 4168: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select q9.k as c0 from (select q3.c1 as c0 from t0 as q2 join (select string_agg(q4.s, ',' order by q4.s) as c0, string_agg(l7.c1, ',' order by l7.c1) as c1 from t0 as q4 cross join lateral (select greatest(q5.t, date '2024-02-29') as c0, q5.s as c1 from t0 as q5 cross join t0 as q6 where q5.k = q5.k) as l7 where q4.k in (0, 0)) as q3 on true join t0 as q8 on q3.c0 = q8.s) as q1 join t0 as q9 on q1.c0 = q9.s;

-- seed 4294: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 1.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w7 as (select sum(q1.c0) over (order by q1.c0, q1.c1, q4.c0, q4.c1, q4.c2) as c0, ntile(2) over (order by q1.c0, q1.c1, q4.c0, q4.c1, q4.c2) as c1, lag(q1.c0) over (order by q1.c0, q1.c1, q4.c0, q4.c1, q4.c2) as c2 from (select distinct on (u3.c0) u3.* from (select ((q2.k + q2.k) + q2.k) as c0, (q2.k * 2) as c1 from t0 as q2) as u3 order by u3.c0, u3.c1) as q1 cross join (select q5.k as c0, q5.k as c1, q5.k as c2 from t0 as q5 join t0 as q6 on q5.k = q6.k) as q4) select 0 as c0 from ((select greatest(q9.t, date '2023-12-31') as c0, ((q9.d + q9.d) + q9.d) as c1, q9.t as c2 from t0 as q9) intersect all (select q10.t as c0, sum(q10.d) over (partition by q10.s order by q10.k, q10.n, q10.d, q10.s, q10.t, q10.f, q10.m) as c1, q10.t as c2 from t0 as q10)) as q8;

-- seed 4442: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 1, null, null, date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, null, null, date '2024-02-29', false, 0);
(select upper(q1.s) as c0, q1.d as c1, q1.n as c2 from t0 as q1) except all (select q4.s as c0, q4.d as c1, q2.c0 as c2 from (select q3.k as c0 from t1 as q3 where q3.k = q3.k) as q2 join t1 as q4 on q2.c0 = q4.k);

-- seed 4995: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select case when q1.k = q1.k then q1.k else q1.k end as c0, case when q1.k = q1.k then q1.k end as c1, q1.k as c2 from t0 as q1 join t0 as q2 on q1.k = q2.k) intersect all (select q3.n as c0, q3.k as c1, q3.k as c2 from t0 as q3);

-- seed 5001: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.n as c0 from t0 as q1) intersect all (select sum(q2.k) over (order by q2.k, q2.n, q2.d, q2.s, q2.t, q2.f, q2.m rows between 2 preceding and 1 preceding) as c0 from t0 as q2);

-- seed 5029: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select cast('1.00' as decimal(18,2)) as c0, q1.c0 as c1, q1.c0 as c2 from (select sum(q2.k) over (order by q2.k, q2.n, q2.d, q2.s, q2.t, q2.f, q2.m) as c0, q2.t as c1, nullif(q2.t, date '2024-02-29') as c2 from t0 as q2) as q1 where q1.c0 = q1.c0) (select 'a' as c0, date '2024-02-29' = date '2024-02-29' as c1 from (select count(*) as c0, count(*) as c1, count(*) as c2 from t0 as q5) as q4) union (select q6.s as c0, (q6.f) is true as c1 from t0 as q6);

-- seed 5041: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.n as c0 from t0 as q1 join (select q3.k as c0 from t0 as q3 where ((q3.k = q3.k) or (q3.k = q3.k))) as q2 on q1.k = q2.c0) intersect all (select count(*) as c0 from t0 as q4 join t0 as q5 on q4.k = q5.k);

-- seed 5198: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select (select count(*) from t0 as i2 where i2.k = q1.k) as c0 from t0 as q1) select q4.c0 as c0, string_agg(coalesce(q4.c1, q4.c1), ',' order by coalesce(q4.c1, q4.c1)) as c1, string_agg(nullif(q4.c1, 'a'), ',' order by nullif(q4.c1, 'a')) as c2, count(*) as c3 from (select sum(q5.d) over (order by q5.k, q5.n, q5.d, q5.s, q5.t, q5.f, q5.m, q6.k, q6.n, q6.d, q6.s, q6.t, q6.f, q6.m) as c0, q5.s as c1 from t0 as q5 join t0 as q6 on q5.k = q6.k) as q4 where 0 = 0 group by q4.c0;

-- seed 5216: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select string_agg(q1.c0, ',' order by q1.c0) as c0 from (select q2.s as c0 from t0 as q2) as q1 where 0 = 0) except all (select q3.s as c0 from t0 as q3);

-- seed 5336: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 1.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select 0 as c0 from ((select q2.d as c0, q2.d as c1 from t0 as q2) intersect all (select sum(q3.d) as c0, sum(q3.d) as c1 from t1 as q3)) as q1;

-- seed 5947: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.k as c0 from t0 as q1 where q1.k = q1.k) intersect all (select (select max(i4.n) from t0 as i4 where i4.k = q2.k) as c0 from t0 as q2 join t0 as q3 on q2.k = q3.k);

-- seed 6010: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 1, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select 0 as c0 from (select q2.d as c0, q2.d as c1 from t0 as q2 join t0 as q3 on q2.k = q3.k) as q1) intersect all (select q4.n as c0 from t0 as q4);

-- seed 6295: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w4 as (select q1.c1 as c0, q1.c1 as c1 from (select q2.f as c0, lead(q2.k) over (order by q2.k, q2.n, q2.d, q2.s, q2.t, q2.f, q2.m) as c1, q2.t as c2 from t0 as q2) as q1 where (((q1.c1 * 3) in (select q3.k as c0 from t0 as q3 where not (q3.k = q3.k))) and ('' like 'a%'))), w7 as (select q6.n as c0, bool_and(q5.k = q5.k) as c1, sum(q5.d) as c2, avg((q5.k + q5.k)) as c3 from t2 as q5 join t2 as q6 on q5.k = q6.k group by q6.n) (select q8.c2 as c0, sum(q8.c2) as c1, avg((q8.c0 + q8.c0)) as c2 from w7 as q8 group by rollup(q8.c2)) intersect all (select sum(q9.c1) as c0, sum(nullif(q9.c1, cast('1.00' as decimal(18,2)))) as c1, min(0) as c2 from (select 'a' as c0, cast('1.00' as decimal(18,2)) as c1 from w4 as q10 where q10.c0 = q10.c0) as q9 where not exists (select q11.s as c0 from t2 as q11 join t0 as q12 on q11.k = q12.k where coalesce(q11.s, q11.s) = q11.s qualify dense_rank() over (partition by q11.k order by q11.k, q11.n, q11.d, q11.s, q11.t, q11.f, q11.m, q12.k, q12.n, q12.d, q12.s, q12.t, q12.f, q12.m asc nulls first) <= 0));

-- seed 6396: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 1, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select upper((select min(coalesce(i2.s, i2.s)) from t0 as i2 where i2.k = q1.k)) as c0, q1.d as c1, nullif(q1.s, 'a') as c2 from t1 as q1) (select 0 as c0, 0 as c1 from w3 as q4) intersect all (select q5.k as c0, q5.n as c1 from t1 as q5 join w3 as q6 on true where ((((q5.k = q5.k) or (q5.k = q5.k))) or (q5.k = q5.k)));

-- seed 6569: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select string_agg(q1.s, ',' order by q1.s) as c0 from t0 as q1) intersect all (select q2.s as c0 from t1 as q2 where q2.s like 'a%');

-- seed 6596: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w2 as (select q1.d as c0, q1.d as c1 from t0 as q1) select q3.k as c0 from t0 as q3 cross join lateral (select 0 as c0 from w2 as q4 where cast(null as bigint) = q3.k) as l5;

-- seed 6667: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as (select 0 as c0, 0 as c1, 0 as c2 from (select q2.s as c0, q2.d as c1, sum(nullif(q2.d, cast('1.00' as decimal(18,2)))) as c2 from t0 as q2 where (q2.f) is true group by rollup(q2.s, q2.d)) as q1) select q4.c0 as c0 from w3 as q4 where q4.c0 < q4.c0;

-- seed 6883: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.k as c0, q1.n as c1, count(*) as c2, avg(coalesce(q1.k, q1.k)) as c3 from t1 as q1 group by q1.k, q1.n) except all (select q2.k as c0, q2.k as c1, q2.k as c2, 0 as c3 from t1 as q2 where q2.k = q2.k);

-- seed 6922: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.c2 as c0, count(*) as c1, count(*) as c2, avg(q1.c0) as c3 from (select count(*) as c0, count(*) as c1, min(case when q2.k = q2.k then q2.t else q2.t end) as c2 from t0 as q2) as q1 join t0 as q3 on q1.c2 = q3.t group by q1.c2) intersect all (select q4.t as c0, q4.k as c1, q4.k as c2, 0 as c3 from t0 as q4);

-- seed 7077: another answer.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (1, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
(select q1.n as c0, case when not (q1.k < q1.k) then (select min(i2.s) from t0 as i2 where i2.k = q1.k) end as c1, q1.k as c2 from t0 as q1) except all (select q3.k as c0, q3.s as c1, q3.k as c2 from t0 as q3);

-- seed 7168: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
select q1.t as c0, sum(q1.k) over (order by q1.k, q1.n, q1.d, q1.s, q1.t, q1.f, q1.m) as c1, ntile(2) over (partition by q1.s order by q1.k, q1.n, q1.d, q1.s, q1.t, q1.f, q1.m) as c2 from t1 as q1 where nullif(q1.s, 'a') = q1.s;

-- seed 7216: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select q1.k as c0 from t0 as q1 cross join lateral (select q2.k as c0 from t0 as q2 where ((((q2.k = q2.k) or (q2.k = q2.k))) or (cast(null as decimal(18,2)) = q1.d))) as l3;

-- seed 7290: refused, or stopped, by the engine.
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as ((select q1.k as c0, count(*) as c1, count(*) as c2 from t0 as q1 where q1.k = q1.k group by q1.k) union all (select q2.k as c0, q2.k as c1, q2.k as c2 from t0 as q2)) select q4.k as c0 from t0 as q4 cross join lateral (select q4.k as c0 from t0 as q5 where 1 in (0, 0)) as l6;

-- Conditions on a column and what is made of it, casts within aggregates, orders of `string_agg`, totals, types of `case`.
create table t0 (k bigint, n bigint, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0),(1, 1, 0.00, 'b', date '2024-02-29', false, 0),(1, 1, 1.00, 'c', date '2024-02-29', false, 0);
select sum(k) over (order by n, d) as c1, ntile(2) over (partition by k order by n, d) as c2 from t0 where n = k;
select sum(k) over (partition by n order by d, s) as c1, ntile(2) over (partition by k order by d, s) as c2 from t0 where n = k;
select t as c0, sum(k) over (order by k, n, s) as c1, ntile(2) over (partition by s order by k, n) as c2 from t0 where coalesce(s, 'a') = s;
select sum(k) over (order by s) as c1, ntile(2) over (partition by s order by k, n) as c2 from t0 where upper(s) = s;
select sum(k) over (order by s) as c1, row_number() over (partition by s order by k, n) as c2 from t0 where lower(s) = s;
select count(*) over (partition by s) as c2 from t0 where lower(s) = s;
select q1.c, count(*) over (partition by q1.c) as c2 from (select lower(s) as c from t0 where lower(s) = s) as q1;
select x.k, count(*) over (partition by y.n) as c2, count(*) over (partition by x.k) as c3 from t0 as x join t0 as y on x.k = y.n;
select sum(d) as b, sum(cast(d as double)) as c, sum(cast(d as decimal(10,1))) as e from t0;
select sum(k) filter (where cast(d as bigint) = 1) as a, sum(k) filter (where cast(d as double) = 1) as b from t0;
select sum(d) over (order by s) as b, sum(cast(d as double)) over (order by s) as c from t0;
select string_agg(s, ',' order by s) as a, string_agg(s, ',' order by d, s desc) as b, string_agg(distinct s, ',' order by s) as c from t0;
select k, string_agg(s, ',' order by s) as a, string_agg(s, ',' order by d desc, s desc) as b from t0 group by k;
select k, sum(d) as v from t0 group by rollup(k) having 'b' <= 'a';
select q.k, q.v from (select k, sum(d) as v from t0 group by rollup(k)) as q where q.k = 1;
select q.k, q.v from (select k, s, sum(d) as v from t0 group by grouping sets ((k), (s), ())) as q where q.k is null order by q.v limit 3;
select q.k, q.v from (select k, s, sum(d) as v from t0 group by cube (k, s)) as q join t0 on t0.k = q.k;
select sum(q1.k) over (order by q1.k, q1.s) as c1, ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where nullif(q1.s, 'a') = q1.s;
select ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where nullif(q1.s, 'a') = q1.s;
select ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where coalesce(q1.s, 'a') = q1.s;
select sum(q1.k) over (order by q1.k, q1.s) as c1, ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where upper(q1.s) = q1.s;
select sum(q1.k) over (order by q1.k, q1.s) as c1, ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where q1.s = upper(q1.s);
select sum(q1.k) over (order by q1.k, q1.s) as c1, ntile(2) over (partition by q1.s order by q1.k) as c2 from t0 as q1 where q1.s = 'b';
select sum(q1.k) over (order by q1.k, q1.n) as c1, ntile(2) over (partition by q1.n order by q1.k) as c2 from t0 as q1 where q1.n = q1.k;
select sum(q1.k) over (order by q1.k, q1.n) as c1, ntile(2) over (partition by q1.k order by q1.n) as c2 from t0 as q1 where q1.n = q1.k;
select sum(q1.k) over (order by q1.k, q1.n) as c1, ntile(2) over (partition by q1.k order by q1.n) as c2 from t0 as q1 where abs(q1.k) = q1.k;
select sum(q1.k) over (order by q1.m, q1.k) as c1, ntile(2) over (partition by q1.k order by q1.n) as c2 from t0 as q1 where nullif(q1.k, 5) = q1.k;
select sum(q1.k) over (order by q1.m, q1.k) as c1, ntile(2) over (partition by q1.k, q1.m order by q1.n) as c2 from t0 as q1 where nullif(q1.k, 5) = q1.k;
select sum(q1.k) over (order by q1.m, q1.k) as c1, ntile(2) over (partition by q1.k, q1.m order by q1.n) as c2 from t0 as q1 where q1.k + 1 = q1.n;
select case when k > 0 then 1 else 0.5 end as x, case when k > 0 then 0 else d end as y, sum(case when k > 0 then 0 else d end) over () as z from t0;
select x.c, (select count(*) from t0 where t0.k = x.c) as n from (select case when k > 0 then cast(1 as int) else k end as c from t0) as x;
select x.c from (select cast(n as int) as c from t0 union all select k from t0) as x where exists (select 1 from t0 where t0.k = x.c);

create table t (ts text, i integer, a decimal(10,2));
insert into t values ('1', 2, 1.5), ('2', 3, 2.5), ('1', 2, 3.5);
select ts as x, cast(ts as integer) as y, sum(a) as s from t group by ts, cast(ts as integer);
select cast(i as bigint) as x, cast(i as text) as y, sum(a) as s from t group by cast(i as bigint), cast(i as text);
select cast(i as bigint) as x, cast(i as text) as y, sum(a) as s from t group by 1, y having cast(i as bigint) > 2 order by cast(i as text) desc;
select cast(i as bigint) as x, cast(i as text) as y, sum(a) as s from t group by grouping sets ((cast(i as bigint)), (cast(i as text)), ());
select coalesce(cast(i as bigint), 0) as x, coalesce(i, 0) as y, count(*) as n from t group by coalesce(cast(i as bigint), 0), coalesce(i, 0);
select case when i = 2 then cast(i as bigint) else 0 end as x, case when i = 2 then i else 0 end as y, count(*) as n from t group by case when i = 2 then cast(i as bigint) else 0 end, case when i = 2 then i else 0 end;
select upper(ts) as x, upper(cast(ts as text)) as y, count(*) as n from t group by all;
select row_number() over (partition by cast(i as text) order by a) as x, row_number() over (partition by cast(i as bigint) order by a) as y from t;
select sum(a) over (partition by ts) as x, sum(a) over (partition by cast(ts as bigint)) as y from t;
select distinct on (cast(i as text), cast(i as bigint)) i as x, a from t order by cast(i as text), cast(i as bigint), a;
select rank() over (order by ts) as x, rank() over (order by cast(ts as bigint)) as y, cast(ts as bigint) as z from t group by ts, cast(ts as bigint);

create table t0 (k bigint, d decimal(18,2), s varchar);
insert into t0 values (0, 0.00, 'a'), (2, 1.00, 'b'), (1, 1.00, 'b');
select k as c0, k as c1 from t0 union all select count(*) as c0, count(*) as c1 from t0 order by 1, 2;
select sum(u.c1) over (order by u.c0, u.c1, u.c2) as c0 from ((select s as c0, k as c1, k as c2 from t0) union all (select string_agg(s, ',' order by s) as c0, count(*) as c1, count(*) as c2 from t0)) as u;
select sum(u.c1) over (order by u.c0, u.c1, u.c2) as c0 from ((select s as c0, k as c1, k as c2 from t0) union all (select s as c0, k as c1, d as c2 from t0)) as u;

create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w6 as (select bool_and(nullif(q1.c0, true)) filter (where coalesce(q1.c1, q1.c1) = q1.c1) as c0, max((q1.c1 - q1.c1)) as c1, min('a') as c2 from (select q2.f as c0, nullif((q2.d + q2.d), cast('1.00' as decimal(18,2))) as c1 from t0 as q2 cross join lateral (select q3.k as c0, min(q3.s) as c1, count(*) as c2 from t0 as q3 group by q3.k) as l4 where q2.k between l4.c0 and cast(null as bigint)) as q1 left anti join t0 as q5 on q1.c0 = q5.f) select q7.c0 as c0 from (select 0 as c0 from w6 as q8 where not (not (q8.c2 = q8.c2))) as q7 join (select coalesce(q10.s, q10.s) as c0, q10.k as c1, q10.k as c2 from t0 as q10) as q9 on q7.c0 = q9.c1 join (select q12.k as c0 from t0 as q12 cross join t0 as q13 where ((q12.k = q12.n) and (nullif(q12.d, cast(null as decimal(18,2))) in (select max(q14.c1) filter (where 0 = 0) as c0 from w6 as q14 where q14.c2 in (cast(null as varchar), 'a'))))) as q11 on q7.c0 = q11.c0;

create table t (i int, n bigint, s varchar);
insert into t values (1, 0, 'a'), (2, 0, 'b'), (3, 5, 'c'), (4, null, null), (5, 7, 'd');
create table u (i int, n bigint, s varchar);
insert into u values (1, 0, 'a'), (2, 0, 'b'), (3, 5, 'c'), (4, null, null), (5, 7, 'd');
select i as r, n in (select n from t where i=1) as r1 from t;
select i as r from t where case when n in (select n from t where i=1) then 1 else 0 end = 1;
select i as r from t where n in (select n from t where i=1) or s='d';
select i as r from t where not (n in (select n from t where i=1));
select n as r, count(*) as r1 from t group by n having n in (select n from t where i=1);
select i as r from t where exists (select 1 from t where i=1 and n=99);
select i as r from t where exists (select 1 from t where n=99);
select i as r from t where not exists (select 1 from t where n=99);
select i as r from t where n > (select avg(n) from t);
select i as r from t where n = (select max(n) from t where s<'c');
select i as r from t where n >= all (select n from t where n is not null);
with x as (select * from u) select i as r from x where n in (select n from x where i=1);
with x as (select * from u), y as (select n from x where i=1) select i as r from x where n in (select n from y);
select i as r from (select * from t) q where n in (select n from t where i=1);
select t.i as r from t where t.n in (select t.n from t where t.i=1);
select i as r from t where n+0 in (select n from t where i=1);
select i as r from t where n in (select n+0 from t where i=1);
select i as r from t where n in (select i from t where i=5 or i=7);
select i as r from t where i in (select n from t);
select i as r from t where s in (select s from t where i=1) and n in (select n from u where i=1);
select u.i as r from u join t on u.i=t.i where t.n in (select n from t where i=1);
select u.i as r from u join t on u.i=t.i and t.n in (select n from t where i=1);
select i as r from t where n in (select n from t where i=1 union select n from u where i=5);
select i as r from t where n in (select distinct n from t where i=1);
select i as r from t where n in (select n from t intersect select n from u where i=1);
select i as r from t where i in (select max(i) from t group by n);
select i as r from t where i in (select first_value(i) over (partition by n order by i) from t);
select i as r from t where i in (select i from (select i, row_number() over (partition by n order by i) as k from t) where k=1);
select count(*) as r from t where n in (select n from t group by n having count(*)>1);
select i as r from t where n not in (select n from t where i=1);
select i as r from t except select i from t where n in (select n from t where i=1);
select i as r from t where n = any (select n from t where i = 1);
select i as r from t where n <> all (select n from t where i = 1);
select i as r from t as t where n in (select t.n from t as t where t.i = 1);
select i as r from t where n + 1 in (select n + 1 from t where i = 1);
select n + 0 as r, count(*) as c from t group by n + 0 having n + 0 in (select n + 0 from t where i = 1);
select q.i as r from t join u as q on q.i = t.i where t.n in (select n from t where t.i = q.i - 1);
select i as r from t where n in (select n from t where i in (select i from t where n = 5));
select i as r from t where n not in (select n from t where n is not null and i not in (select i from t where n = 5));
select c0 as r from (select n as c0 from t) where c0 in (select c0 from (select n as c0 from t where i = 1));
select u.i as r from u left join t on u.i=t.i and t.n in (select n from t where i=1);
select u.i as r, (select count(*) from t where t.n in (select n from t where t.i = 1)) as c from u join t on u.i = t.i;

create table t (i int, n bigint, s varchar);
insert into t values (1, 0, 'a'), (2, 0, 'b'), (3, 5, 'c'), (4, null, null), (5, 7, 'd');
create table u (i int, n bigint, s varchar);
insert into u values (1, 0, 'a'), (2, 0, 'b'), (3, 5, 'c'), (4, null, null), (5, 7, 'd');
create table v (i int, n bigint, s varchar);
insert into v values (1, 0, 'a'), (2, 0, 'b'), (3, 5, 'c'), (4, null, null), (5, 7, 'd');
select q.i as r from t join u as q on q.i = t.i where t.n in (select v.n from v where v.i = q.i - 1);
select q.i as r from t join u as q on q.s = t.s where t.n in (select v.n from v where v.i = q.i - 1);
select q.i as r from t join u as q on q.i = t.i where exists (select v.n from v where v.i = q.i - 1 and v.n = t.n);
select q.i as r from t join u as q on q.i = t.i and exists (select v.n from v where v.n = t.n and v.i = 3);
select q.i as r from t join u as q on q.i = t.i and t.n in (select v.n from v where v.i = 3);
select q.i as r from t join u as q on q.i = t.i and t.n in (select v.n from v where v.i = q.i - 1);
select q.i as r from t left join u as q on q.i = t.i and t.n in (select v.n from v where v.i = 3);
select q.i as r from t left join u as q on q.i = t.i and q.n in (select v.n from v where v.i = 3);

create table t (i int, g int, d decimal(10,2), e decimal(24,6));
insert into t values (1, 1, 1.25, 1.234567), (2, 1, 2.75, 9.999999), (3, 2, null, null), (4, 2, -7.77, -1.005);
select round(e, 2) as r, i from t;
select sum(round(e, 2)) as r, g from t group by g;
select max(round(e, 2)) as r, min(round(d, 1)) as s, count(distinct round(e, 2)) as c from t;
select round(sum(e), 2) as r, round(d, 1) as s from t group by d;
select sum(round(e, 2)) over (order by i) as r, round(e, 1 + 1) as s, i from t;
select first_value(round(e, 2)) over (order by i) as r, lag(round(e, 2)) over (order by i) as s, i from t;
select round(e, 2) + 1 as r, round(e, -1) as s, coalesce(round(e, 2), 0) as u from t;
select round(e, 2) as r from t union all select d as r from t;

create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0), (1, 2, 1.50, 'b', null, true, 0);
select string_agg(upper(q1.s), ',' order by upper(q1.s)) as c0 from t0 as q1 where q1.k = q1.k;
select count(*) as c0, string_agg(nullif(q1.s, 'b'), ',' order by nullif(q1.s, 'b')) as c1, avg(q1.k) as c2 from t0 as q1 where ((q1.s in (select q2.s from t0 as q2)) or (q1.k = q1.k));
select q1.k as c0 from t0 as q1 where q1.k in (select q1.c0 as c0 from (select count(*) over (order by q2.k) as c0 from t0 as q2) as q1 join (select q1.k as c0 from t0 as q4 where q4.k = q4.k) as q3 on q1.c0 = q3.c0);

create table t0 (k bigint, n int);
insert into t0 values (0, 0), (null, 1), (0, 0), (1, 0);
select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k is not distinct from q2.k;
select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k is not distinct from q2.k and q1.n > 0;
select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k is not distinct from q2.k join t0 as q3 on q1.n = q3.n;
select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k is not distinct from q2.k and q1.n > 0 join t0 as q3 on q1.n = q3.n;
select q1.k as c0 from t0 as q1 join t0 as q2 on q1.k is not distinct from q2.k and q1.n > 0 join (select k as c0 from t0) as q3 on q1.n = q3.c0;

create table t0 (k bigint, n int);
insert into t0 values (0, 0), (null, 5), (1, null), (2, 2);
select q1.k as c0 from t0 as q1 where 0 in (select case when q2.k = any (select q3.k as c0 from t0 as q3) then q2.k else q2.k end as c0 from t0 as q2);
select q1.k as c0, q1.k = any (select q2.n from t0 as q2) as c1, q1.k <> all (select q2.n from t0 as q2 where q2.n is not null) as c2 from t0 as q1;
select q1.k as c0 from t0 as q1 where q1.k <> all (select q2.n from t0 as q2 where q2.n > q1.k or q2.n is null);
select q1.k as c0 from t0 as q1 where case when q1.k = any (select q2.n from t0 as q2) then false else true end;
select q1.k as c0, l.c0 as c1, q3.n as c2, lag(q3.n) over (order by q1.k, l.c0, q3.n, q3.k) as c3 from t0 as q1 cross join lateral (select count(*) as c0 from t0 as q2 where q2.n = q1.k group by q2.n) as l cross join t0 as q3;
select q1.k as c0, l.c1 as c1, q3.n as c2 from t0 as q1 left join lateral (select q2.k as c1 from t0 as q2 where q2.n = q1.k) as l on true cross join t0 as q3;

create table t0 (k bigint, n int, s varchar);
insert into t0 values (1, 1, 'a'), (1, 2, 'a'), (2, 3, 'b'), (2, 4, 'b'), (null, 5, null);
select q1.n as c0, sum(q1.n) over (w) as c1 from t0 as q1 window w as (partition by q1.k order by q1.n);
select q1.n as c0, sum(q1.n) over (w order by q1.n) as c1 from t0 as q1 window w as (partition by q1.k);
select q1.n as c0, max(q1.n) over (w rows between 1 preceding and current row) as c1 from t0 as q1 window w as (partition by q1.k order by q1.n desc);
select q1.n as c0, sum(q1.n) over v as c1 from t0 as q1 window w as (partition by q1.k), v as (w order by q1.n);
select q1.n as c0, (select sum(q2.n) over (w) from t0 as q2 where q2.k = q1.n window w as (partition by q2.k) limit 1) as c1 from t0 as q1 where q1.k = 9 window w as (order by q1.n);

create table t0 (k bigint, n int, s varchar);
insert into t0 values (0, 0, 'a'), (null, 0, 'a b'), (null, 1, 'a'), (2, 1, null);
create table t1 (k bigint, n int);
insert into t1 values (0, 0);
select q5.k as c0 from t0 as q5 where not (case when 'a' = 'a' then q5.k end = q5.k);
select q5.k as c0 from t0 as q5 join t1 as q6 on true where not (case when 'a' = 'a' then q5.k end = q5.k);
select q5.k as c0 from t0 as q5 where not (coalesce(q5.k, q5.k) = q5.k);
select q5.k as c0 from t0 as q5 where not (nullif(q5.k, 2) = q5.k) or q5.n = 0;
select q5.k as c0 from t0 as q5 where not (nullif(q5.k, 2) <> q5.k) and q5.n = 0;
select q5.k as c0 from t0 as q5 where case when nullif(q5.k, 2) = q5.k then false else q5.k is null end;
select q5.k as c0, q6.n as c1 from t0 as q5 left join t1 as q6 on not (coalesce(q5.k, q5.k) = q5.k);
select q5.k as c0, row_number() over (partition by q5.k order by q5.n, q5.s) as c1 from t0 as q5 where not (nullif(q5.k, 2) <> q5.k);
select avg(character_length(q1.s)) as c0 from t0 as q1;

-- A condition without columns that becomes one of the side of a join
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w3 as ((select q1.k as c0, q1.k as c1 from t0 as q1 where q1.k in (0, 0)) union all (select count(*) as c0, count(*) as c1 from t0 as q2)) (select q4.c0 as c0 from w3 as q4 left anti join t0 as q5 on cast('1.00' as decimal(18,2)) < q5.d and ((q4.c0 = q4.c0) and (q4.c0 = q4.c0)) where (select max(o7.c0) from (select sum(q6.d) over (order by q6.k range between 1 preceding and current row) as c0 from t0 as q6) as o7) in (select cast('1.00' as decimal(18,2)) as c0 from w3 as q8)) union all (select q9.k as c0 from t0 as q9);

create table t0 (k bigint, d decimal(18,2));
insert into t0 values (0, 0.00);
with w3 as (select q1.k as c0 from t0 as q1 union all (select count(*) as c0 from t0 as q2)) select q4.c0 as a1 from w3 as q4 where (select max(q6.d) from t0 as q6) in (select 1.00 as c0 from t0 as q8);
with w3 as (select q1.k as c0 from t0 as q1 union all (select q2.k as c0 from t0 as q2)) select q4.c0 as a2 from w3 as q4 where (select max(q6.d) from t0 as q6) in (select 1.00 as c0 from w3 as q8);
with w3 as (select q1.k as c0 from t0 as q1 union all (select count(*) as c0 from t0 as q2)) select q4.k as a3 from t0 as q4 where (select max(q6.d) from t0 as q6) in (select 1.00 as c0 from w3 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.c0 as a4 from w3 as q4 where (select max(q6.d) from t0 as q6) in (select 1.00 as c0 from t0 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as a5 from t0 as q4 where (select max(q6.d) from t0 as q6) in (select 1.00 as c0 from w3 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as a6 from t0 as q4 where (select q6.d from t0 as q6) in (select 1.00 as c0 from w3 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as a7 from t0 as q4 where q4.d in (select 1.00 as c0 from w3 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as a8 from t0 as q4 where 0.5 in (select 1.00 as c0 from w3 as q8);
with w3 as (select max(q2.k) as c0 from t0 as q2) select q4.k as a9 from t0 as q4 where (select q6.k from t0 as q6) in (select 2 as c0 from w3 as q8);
with w3 as (select max(q2.k) as c0 from t0 as q2) select q4.k as a10 from t0 as q4 where (select q6.k from t0 as q6) in (select q8.c0 + 2 as c0 from w3 as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as b1 from t0 as q4 where (select max(q6.k) + 1 from t0 as q6) in (select 2 from w3 as q8 where q8.c0 = q4.k + 1);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as b2 from t0 as q4 where exists (select 2 from w3 as q8 where q8.c0 = q4.k + 1 and (select max(q6.k) + 1 from t0 as q6) = 2);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as b3 from t0 as q4 where (select max(q6.k) + 1 from t0 as q6) not in (select 2 from (select * from w3 union all select * from w3) as q8);
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as b4, (select max(q6.k) + 1 from t0 as q6) in (select 2 from (select * from w3 union all select * from w3) as q8) as c1 from t0 as q4;
with w3 as (select count(*) as c0 from t0 as q2) select q4.k as b5 from t0 as q4 left join lateral (select q8.c0 from w3 as q8 where q8.c0 = q4.k + 1) as l on (select max(q6.k) + 1 from t0 as q6) = 2;
select q4.k as b6 from t0 as q4 cross join lateral (select count(*) as c from t0 as q8 where q8.k = q4.k) as l where (select max(q6.k) + 1 from t0 as q6) = 2;
select q4.k as b7, q4.k in (select count(*) as c from t0 as q8 where q8.k = q4.k) as c1 from t0 as q4 where (select max(q6.k) + 1 from t0 as q6) = 2;
select q4.k as b8 from t0 as q4 where (select max(q6.k) + 1 from t0 as q6) in (select 2 from (select count(*) as c from t0 as q8 group by rollup (q8.k)) as q9 where q9.c >= 1);
select q4.k as b9 from t0 as q4 where (select max(q6.k) + 1 from t0 as q6) = any (select 2 from (select count(*) as c from t0 as q8) as q9 where q9.c >= 1);

-- Columns that a subquery yields under the name of one that it reads
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w2 as (select q1.d as c0, min(coalesce(q1.t, q1.t)) as c1, count(*) as c2 from t0 as q1 where q1.k = q1.k group by q1.d) select q3.k as c0 from t0 as q3 cross join lateral (select (q4.k + q4.k) as c0 from t0 as q4) as l5 cross join lateral (select q6.c2 as c0 from w2 as q6 where ((q6.c0 = q6.c0) or (q3.k = q6.c2))) as l7;

create table t0 (k bigint, n bigint, d decimal(18,2));
insert into t0 values (0, 1, 0.00), (1, 5, 2.00), (2, null, 3.00);
select q3.k, l7.k as j from t0 as q3 cross join lateral (select q6.n as k from t0 as q6 where q6.k = q3.k) as l7;
select q3.k, l7.k as j from t0 as q3 cross join lateral (select q6.n as k from t0 as q6 where q6.k = q3.k or q6.n = q3.n) as l7;
select q3.k, l7.k as j from t0 as q3 left join lateral (select q6.n as k from t0 as q6 where q6.k = q3.k) as l7 on l7.k > 2;
select q3.k, l7.k as j, l8.k as i from t0 as q3 cross join lateral (select q6.n as k from t0 as q6 where q6.k = q3.k) as l7 cross join lateral (select q9.k + 1 as k from t0 as q9 where q9.k <= l7.k) as l8;
select * from t0 as q3 cross join lateral (select max(q6.n) as k from t0 as q6 where q6.k = q3.k) as l7;
select q3.k, l7.k as j from t0 as q3 cross join lateral (select max(q6.n) + 1 as k, max(q6.k) as n from t0 as q6 where q6.k <= q3.k) as l7;
select q3.k, q3.n in (select q6.n as k from t0 as q6 where q6.k <= q3.k) as c1 from t0 as q3;
select q3.k from t0 as q3 where q3.n in (select q6.n + 0 as k from t0 as q6 where q6.k <= q3.k and q6.d < 3);
select q3.k from t0 as q3 where q3.n not in (select q6.n + 0 as k from t0 as q6 where q6.k < q3.k and q6.d < 3);
select q3.k from t0 as q3 where q3.n = any (select q6.n + 0 as k from t0 as q6 where q6.k <= q3.k and q6.d < 3);
select q3.k, l.k as j from t0 as q3, lateral (select q6.k as k from t0 as q6 where q6.k = q3.k) as l;
with w2 as (select q1.d as c0, min(q1.n) as c1, count(*) as c2 from t0 as q1 where q1.k = q1.k group by q1.d) select q3.k as c0 from t0 as q3 cross join lateral (select (q4.k + q4.k) as c0 from t0 as q4) as l5 cross join lateral (select q6.c2 as c0 from w2 as q6 where ((q6.c0 = q6.c0) or (q3.k = q6.c2))) as l7;
select q2.k from t0 as q2 where q2.k in (select q2.k as c0 from t0 as q6 where q6.k > 9);
select q2.k from t0 as q2 where q2.k in (select q2.k as c0 from t0 as q6 where q6.k < 9);
select q2.k from t0 as q2 where q2.n not in (select q2.n + 1 as c0 from t0 as q6 where q6.k < 9);
select q2.k from t0 as q2 where q2.n not in (select q2.n as c0 from t0 as q6 where q6.k = q2.k + 1);
select q2.k, q2.n in (select q2.n as c0 from t0 as q6 where q6.k = q2.k + 1) as b from t0 as q2;
select q1.k as c0 from t0 as q1 where exists (select q2.c0 as c0 from (select count(*) filter (where (q3.d > 9) is true) as c0 from t0 as q3 join t0 as q4 on q3.k < q4.k) as q2 left join t0 as q5 on q2.c0 = q5.k where q2.c0 in (select q2.c0 as c0 from t0 as q6 where q6.k > 9));

-- A subquery that yields what it reads around it
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
select q1.k as c0 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) filter (where (q3.f) is true) as c0 from t0 as q3 join t0 as q4 on q3.k < q4.k) as q2 left join t0 as q5 on q2.c0 = q5.k where q2.c0 in (select q2.c0 as c0 from t0 as q6));
select q1.k as c1 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 left join t0 as q5 on q2.c0 = q5.k where q2.c0 in (select q6.k as c0 from t0 as q6));
select q1.k as c2 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 where q2.c0 in (select q6.k as c0 from t0 as q6));
select q1.k as c3 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 where q2.c0 = 7);
select q1.k as c4 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 left join t0 as q5 on q2.c0 = q5.k where 1 > 2);
select q1.k as c5 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 left join t0 as q5 on q2.c0 = q5.k where (select max(k) from t1) > 2);
select q1.k as c6 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 left join t0 as q5 on q2.c0 = q5.k where exists (select * from t0));
select q1.k as c7 from t1 as q1 where exists (select q2.c0 as c0 from (select count(*) as c0 from t0 as q3) as q2 where exists (select * from t0));
select q1.k as c8 from t1 as q1 where exists (select q2.k as c0 from t1 as q2 where exists (select * from t0));

-- A window parted by constants and numbers of rows
create table t0 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t0 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t1 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t1 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
create table t2 (k bigint, n int, d decimal(18,2), s varchar, t date, f boolean, m bigint);
insert into t2 values (0, 0, 0.00, 'a', date '2024-02-29', false, 0);
with w2 as (select count(*) as c0, count(*) as c1, count(*) as c2, avg(q1.k) as c3 from t0 as q1 where not (((q1.k = q1.k) or (q1.k = q1.k)))) (select date '2024-02-29' as c0, row_number() over (order by q3.c0, q3.c1, q3.c2, q3.c3) as c1, ntile(2) over (order by q3.c0, q3.c1, q3.c2, q3.c3) as c2 from w2 as q3) intersect all (select q4.t as c0, q4.k as c1, q4.k as c2 from t0 as q4);

-- A window by `range` over a constant
create table t0 (k bigint, n int);
insert into t0 values (null, 0), (0, 1), (0, 2);
select count(*) over (order by cast(null as bigint) range between unbounded preceding and 1 preceding) as c0, sum(q1.n) over (order by q1.k) as c1 from t0 as q1;
select count(*) over (order by q1.k range between unbounded preceding and 1 preceding) as c0 from t0 as q1;

-- A lateral query of distinct rows that calls a column as one that it reads
create table t0 (k bigint, n int, m bigint);
insert into t0 values (0, 0, 0), (1, 1, 0), (1, 1, 0), (2, 1, 1);
select q1.k as c0, l2.n as c1, l2.c1 as c2 from t0 as q1 cross join lateral (select distinct coalesce(q2.k, 7) as n, q2.k as c1 from t0 as q2 where q2.n + q1.m = q2.k) as l2;
select q1.k as c0, l2.n as c1 from t0 as q1 left join lateral (select distinct q2.k + 1 as n from t0 as q2 where q2.n + q1.m = q2.k) as l2 on true;
select q1.k as c0 from t0 as q1 where exists (select distinct q2.k + 1 as n from t0 as q2 where q2.n + q1.m = q2.k);
select q1.k as c0 from t0 as q1 where q1.k in (select distinct q2.k + 0 as n from t0 as q2 where q2.n + q1.m = q2.k);

-- A subquery whose value is of the rows around and of a query within it
create table t0 (k bigint, n int);
insert into t0 values (0, 1), (1, 2), (null, 3);
select q1.k as c0 from t0 as q1 where q1.k in (select case when q1.k in (0, 0) then (select count(*) from t0 as i3 where i3.k = q2.k) end as c0 from t0 as q2);
select q1.k as c0 from t0 as q1 where q1.k in (select case when q1.k > 0 then (select count(*) from t0 as i3 where i3.k = q2.k) end as c0 from t0 as q2);
select q1.k as c0 from t0 as q1 where q1.k in (select distinct q1.n + (select count(*) from t0 as i3 where i3.k = q2.k) as c0 from t0 as q2);
select q1.k as c0 from t0 as q1 where q1.n not in (select q1.n + (select count(*) from t0 as i3 where i3.k = q2.k) as c0 from t0 as q2);
select q1.k as c0 from t0 as q1 where exists (select 1 from t0 as q2 where q1.k + 1 = q1.n + (select count(*) - 1 from t0 as i3 where i3.k = q2.k));
select q1.k as c0 from t0 as q1 where exists (select 1 from t0 as q2 where q1.n = 3 or exists (select 1 from t0 as i3 where i3.k = q2.n));
select q1.k as c0 from t0 as q1 where q1.n in (select q1.n + q2.k as c0 from t0 as q2);
select q1.k as c0 from t0 as q1 where q1.n not in (select q1.n + q2.n as c0 from t0 as q2);
