/* lesson.c - what decisions taught, to be read by people: store_lessons() */
#include <math.h>

#include "store/history.h"
#include "store/history_rows.h"
#include "store/ledger.h"

enum {
	LOOKED_AT = 10000, /* features that most decisions are about */
};

void
lesson_free(Lesson *lesson)
{
	if (!lesson)
		return;
	g_free(lesson->value);
	g_free(lesson);
}

static bool
read_totals(Store *store, KeyRecord *all, GError **error)
{
	static const char sql[] = "SELECT released, blocked FROM lesson WHERE finding = ''";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	step = db_step(store, select, error);
	if (step == STEP_ROW) {
		all->person_released = db_int(select, 0);
		all->person_blocked = db_int(select, 1);
	}
	return step != STEP_ERROR;
}

static Lesson *
read_lesson(sqlite3_stmt *stmt, const KeyRecord *all)
{
	const Record record = { .released = db_int(stmt, 2), .blocked = db_int(stmt, 3) };
	const Record shown = { .kind = ledger_enum(stmt, 0, HISTORY_FINDING + 1) };
	Lesson *lesson = g_new0(Lesson, 1);

	lesson->kind = record_kind_name(&shown);
	lesson->value = db_text(stmt, 1);
	lesson->released = record.released;
	lesson->blocked = record.blocked;
	lesson->odds = history_log_odds(&record, all->person_released, all->person_blocked);
	return lesson;
}

static int
compare_lessons(const void *a, const void *b)
{
	const Lesson *first = *(const Lesson *const *)a;
	const Lesson *second = *(const Lesson *const *)b;
	double less = fabs(first->odds);
	double more = fabs(second->odds);

	return less != more ? (less < more) - (less > more)
			    : g_strcmp0(first->value, second->value);
}

GPtrArray *
store_lessons(Store *store, int limit, GError **error)
{
	static const char sql[] =
		"SELECT kind, value, released, blocked FROM (SELECT :finding AS kind, finding AS value, released, blocked"
		"  FROM lesson WHERE finding <> '' UNION ALL SELECT kind, value, person_released,"
		"  person_blocked FROM edge WHERE person_released + person_blocked > 0)"
		" WHERE released + blocked > 0 ORDER BY released + blocked DESC LIMIT :limit";
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(GPtrArray) lessons = g_ptr_array_new_with_free_func((GDestroyNotify)lesson_free);
	g_autoptr(Kept) select = look ? db_kept(store, sql, error) : NULL;
	KeyRecord all = { 0 };
	Step step;

	if (!select || !read_totals(store, &all, error))
		return NULL;
	db_bind_int(select, ":finding", HISTORY_FINDING);
	db_bind_int(select, ":limit", LOOKED_AT);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(lessons, read_lesson(select, &all));
	if (step != STEP_DONE)
		return NULL;
	g_ptr_array_sort(lessons, compare_lessons);
	if (limit > 0 && lessons->len > (guint)limit)
		g_ptr_array_set_size(lessons, limit);
	return g_steal_pointer(&lessons);
}
