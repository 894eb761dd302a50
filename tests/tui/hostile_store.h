/* hostile_store.h - the mails of hostile.h in a quarantine, with a history */
#ifndef TESTS_TUI_HOSTILE_STORE_H
#define TESTS_TUI_HOSTILE_STORE_H

#include "store/claim.h"
#include "store/outbox.h"
#include "store/rule.h"
#include "tests/tui/hostile.h"
#include "tests/tui/terminal.h"

enum {
	HOSTILE_DAY = 86400,
};

static inline const char *
hostile_program(void)
{
	static char path[4096];
	const char *built = g_getenv("B");
	g_autofree char *absolute = g_canonicalize_filename(built ? built : "build", NULL);

	g_snprintf(path, sizeof(path), "%s/lazaret", absolute);
	return path;
}

/* The settings that say whose word on authentication counts: the sample mails' and ours. */
static inline void
hostile_settings(void)
{
	g_autofree char *folder = g_canonicalize_filename("share/samples/config", NULL);

	g_setenv("XDG_CONFIG_HOME", folder, TRUE);
}

/* Through the box and into the store, as mail comes. */
static inline void
hostile_import(const Scene *scene, const char *folder)
{
	g_autofree char *source = g_strdup_printf("eml:%s", folder);
	g_autoptr(GError) error = NULL;
	const char *arguments[] = { hostile_program(), "import", "--all", "--store", scene->path,
		source, NULL };
	int status;

	g_spawn_sync(NULL, (char **)arguments, NULL,
		G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
		&status, &error);
	g_assert_no_error(error);
	g_spawn_check_wait_status(status, &error);
	g_assert_no_error(error);
}

static inline void
hostile_remove(const char *folder)
{
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(files))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_unlink(path);
	}
	g_rmdir(folder);
}

static inline void
hostile_write_mails(const char *folder)
{
	for (gsize i = 0; i < G_N_ELEMENTS(hostile_families); i++) {
		for (int encoded = 0; encoded < 2; encoded++) {
			g_autoptr(GString) mail =
				hostile_mail(&hostile_families[i], encoded, (int)i);
			g_autofree char *path =
				g_strdup_printf("%s/%03d-%d.eml", folder, (int)i, encoded);

			g_assert_true(
				g_file_set_contents(path, mail->str, (gssize)mail->len, NULL));
		}
	}
}

static inline void
hostile_decide(Store *store, DecisionKind kind, int64_t message, const Family *family, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	g_autofree char *actor = hostile_marked("zra", family);
	g_autofree char *reason = hostile_marked("zrb", family);
	const char *const to[] = { "alice@here.example", NULL };
	Target target = { .message = message, .version = -1 };
	OperationRequest request = {
		.kind = kind,
		.targets = targets,
		.actor = actor,
		.reason = reason,
		.to = kind == DECISION_RELEASE ? to : NULL,
		.transport = "maildir:/out",
		.claims_seen = 1,
		.now = now,
	};

	g_array_append_val(targets, target);
	store_decide(store, &request, &error);
	g_assert_no_error(error);
}

static inline void
hostile_fail_delivery(Store *store, const Family *family, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *reply = hostile_marked("zrd", family);
	LeaseRequest lease = { .now = now, .seconds = 60, .deliverer = reply };
	Settlement settlement = { .outcome = OUTCOME_FAILED, .reply = reply, .now = now };
	g_autoptr(Delivery) delivery = store_lease(store, &lease, &error);

	g_assert_no_error(error);
	g_assert_nonnull(delivery);
	store_settle(store, delivery, &settlement, &error);
	g_assert_no_error(error);
}

static inline void
hostile_add_rule(Store *store, const Family *family, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	rule->link = g_strdup_printf("rule%d.test", (int)(family - hostile_families));
	rule->reason = hostile_marked("zrf", family);
	rule->owner = hostile_marked("zrg", family);
	rule->created = now;
	store_add_rule(store, rule, NULL, &error);
	g_assert_no_error(error);
}

static inline void
hostile_claim(Store *store, int64_t id, const Family *family, int64_t now)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autofree char *actor = hostile_marked("zrc", family);
	ClaimRequest request = {
		.ids = ids, .actor = actor, .now = now, .until = now + 2 * HOSTILE_DAY
	};

	g_array_append_val(ids, id);
	store_claim(store, &request, &error);
	g_assert_no_error(error);
}

/* Released, failed, held again and claimed. */
static inline void
hostile_add_story(Store *store, const MessageRow *row, int64_t now)
{
	const Family *family;
	int number = -1;

	g_assert_cmpint(sscanf(row->subject, "Verify %d", &number), ==, 1);
	family = &hostile_families[number];
	hostile_decide(store, DECISION_RELEASE, row->id, family, now - HOSTILE_DAY);
	hostile_fail_delivery(store, family, now - HOSTILE_DAY);
	hostile_decide(store, DECISION_HOLD, row->id, family, now - HOSTILE_DAY);
	hostile_claim(store, row->id, family, now);
}

static inline void
hostile_add_stories(Store *store, int64_t now)
{
	g_autoptr(GError) error = NULL;
	StoreList list = { 0 };
	g_autoptr(Query) all = query_parse("", now, NULL, &error);
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_no_error(error);
	list.query = all;
	list.limit = 2 * HOSTILE_FAMILIES;
	rows = store_list(store, &list, &error);
	g_assert_no_error(error);
	g_assert_cmpint((int)rows->len, ==, 2 * HOSTILE_FAMILIES);
	for (guint i = 0; i < rows->len; i++)
		hostile_add_story(store, g_ptr_array_index(rows, i), now);
	for (gsize i = 0; i < HOSTILE_FAMILIES; i++)
		hostile_add_rule(store, &hostile_families[i], now - HOSTILE_DAY);
}

static inline void
hostile_quarantine(Scene *scene)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = g_dir_make_tmp("lazaret-XXXXXX", &error);

	g_assert_no_error(error);
	hostile_write_mails(folder);
	hostile_import(scene, folder);
	hostile_remove(folder);
	hostile_add_stories(scene->store, (int64_t)time(NULL));
}

#endif
