"""Let every policy ask once in a query on whose behalf it runs, and not for each row.

A call in a policy is made for each row, and PostgreSQL guesses that one row in a hundred passes:
then it joins row by row where it should build a table. The value of a sub-select is found once,
and taken to let half of the rows pass.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

REWRITE = r"""
do $$
declare
  each record;
  clause text;
begin
  for each in select tablename, policyname, qual, with_check from pg_policies
              where schemaname = current_schema() loop
    clause := coalesce(' using (' || {using} || ')', '')
              || coalesce(' with check (' || {check} || ')', '');
    if clause <> '' then
      execute format('alter policy %I on %I', each.policyname, each.tablename) || clause;
    end if;
  end loop;
end $$
"""
# As PostgreSQL writes policies down; the order matters, what stands in a sub-select stays there.
_ONE = r"app_scope\(\) = '([a-z_]+)'::text"
_SEVERAL = r"app_scope\(\) = ANY \((ARRAY\[[^]]*\])\)"


def _once(text: str) -> str:
    """SQL that turns the calls in a policy into sub-selects."""
    for pattern, replacement in (
        (_ONE, r"(select app_scope() = '\1')"),
        (_SEVERAL, r"(select app_scope() = any (\1))"),
        (r"app_state\(\)", "(select app_state())"),
    ):
        text = f"regexp_replace({text}, $p${pattern}$p$, $r${replacement}$r$, 'g')"
    return text


def _each_row(text: str) -> str:
    """SQL that takes these sub-selects out again."""
    for call in (
        r"app_scope\(\) = '[a-z_]+'::text",
        r"app_scope\(\) = ANY \(ARRAY\[[^]]*\]\)",
        r"app_state\(\)",
    ):
        pattern = rf"\(\s*SELECT \(?({call})\)?( AS [a-z_?\"]+)?\)"
        text = f"regexp_replace({text}, $p${pattern}$p$, $r$(\\1)$r$, 'g')"
    return text


def upgrade() -> None:
    op.execute(REWRITE.format(using=_once("each.qual"), check=_once("each.with_check")))


def downgrade() -> None:
    op.execute(REWRITE.format(using=_each_row("each.qual"), check=_each_row("each.with_check")))
