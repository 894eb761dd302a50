#include "store/marks.h"

enum {
	BLOCK_SHIFT = 16, /* ids of one block are so many low bits: 8 KB, whatever ids there are */
	BLOCK_WORDS = (1 << BLOCK_SHIFT) / 64,
};

static const char pointer_type[] = "marks";

struct Marks {
	GHashTable *blocks; /* id >> BLOCK_SHIFT -> its bits */
	int64_t count;
	int64_t last;   /* the block that was added to last, */
	uint64_t *bits; /* and these of it; NULL: none yet */
};

Marks *
marks_new(void)
{
	Marks *marks = g_new0(Marks, 1);

	marks->blocks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return marks;
}

void
marks_free(Marks *marks)
{
	if (!marks)
		return;
	g_hash_table_unref(marks->blocks);
	g_free(marks);
}

static uint64_t *
block_of(Marks *marks, int64_t id)
{
	int64_t number = id >> BLOCK_SHIFT;

	if (marks->bits && marks->last == number)
		return marks->bits;
	marks->last = number;
	marks->bits = g_hash_table_lookup(marks->blocks, &number);
	if (!marks->bits) {
		marks->bits = g_new0(uint64_t, BLOCK_WORDS);
		g_hash_table_insert(marks->blocks, g_memdup2(&number, sizeof(number)), marks->bits);
	}
	return marks->bits;
}

static size_t
word_of(int64_t id)
{
	return (size_t)(id & ((1 << BLOCK_SHIFT) - 1)) / 64;
}

static uint64_t
bit_of(int64_t id)
{
	return UINT64_C(1) << (id & 63);
}

void
marks_add(Marks *marks, int64_t id)
{
	uint64_t *word;

	if (id < 1)
		return;
	word = block_of(marks, id) + word_of(id);
	marks->count += !(*word & bit_of(id));
	*word |= bit_of(id);
}

bool
marks_has(const Marks *marks, int64_t id)
{
	int64_t number = id >> BLOCK_SHIFT;
	const uint64_t *bits = g_hash_table_lookup(marks->blocks, &number);

	return bits && bits[word_of(id)] & bit_of(id);
}

int64_t
marks_count(const Marks *marks)
{
	return marks->count;
}

void
marks_bind(Marks *marks, sqlite3_stmt *stmt, const char *name)
{
	int index = sqlite3_bind_parameter_index(stmt, name);

	if (index > 0)
		sqlite3_bind_pointer(stmt, index, marks, pointer_type, NULL);
}

static void
sql_marked(sqlite3_context *context, int count, sqlite3_value **values)
{
	const Marks *marks = sqlite3_value_pointer(values[0], pointer_type);

	g_assert(count == 2);
	sqlite3_result_int(context, marks && marks_has(marks, sqlite3_value_int64(values[1])));
}

bool
marks_register(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(
		       db, "marked", 2, flags, NULL, sql_marked, NULL, NULL, NULL) == SQLITE_OK;
}
