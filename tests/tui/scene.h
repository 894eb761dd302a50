/* scene.h - a quarantine made by hand, and a console that looks at it */
#ifndef TESTS_TUI_SCENE_H
#define TESTS_TUI_SCENE_H

#include <glib/gstdio.h>
#include <string.h>

#include "mail/digest.h"
#include "mail/edge.h"
#include "store/decision.h"
#include "store/report.h"
#include "tui/console.h"

#define SCENE_NOW     1780000000 /* 2026-05-28 20:26:40 UTC */
#define SCENE_ACCOUNT "Qm7dXePqR3stUvWxYz0123456789AbCdEfGhIjKlMn8="

enum {
	SCENE_ROWS = 24,
	SCENE_COLUMNS = 80,
};

typedef struct Scene {
	char *folder;
	char *path;
	Store *store;
	ConsoleOptions options;
	Console *console;
} Scene;

/* What one message is like; what is left out is plain. */
typedef struct SceneMail {
	const char *name, *from, *domain, *subject, *account;
	int score;
	int64_t age; /* seconds */
	const char *link, *link_domain;
	uint32_t link_flags;
	const char *finding, *evidence;
	const char *file;
	const char *text;
	bool unsigned_account, no_recipients;
} SceneMail;

static inline void
scene_set(char **field, const char *text)
{
	g_free(*field);
	*field = g_strdup(text);
}

static inline void
scene_field(Message *message, const char *name, const char *value)
{
	HeaderField *field = g_new0(HeaderField, 1);

	field->name = g_strdup(name);
	field->value = g_strdup(value);
	field->raw = g_strdup_printf(" %s", value);
	g_ptr_array_add(message->headers, field);
}

static inline void
scene_auth(Message *message, const char *method, const char *domain, bool trusted)
{
	AuthResult *result = g_new0(AuthResult, 1);

	result->authserv_id = g_strdup("mx.here.example");
	result->method = g_strdup(method);
	result->result = g_strdup("pass");
	result->domain = g_strdup(domain);
	result->trusted = trusted;
	result->field = trusted ? 1 : 3;
	g_ptr_array_add(message->auth, result);
}

static inline void
scene_hop(Message *message, int field, const char *from, const char *ip, const char *by,
	int64_t delay, uint32_t flags)
{
	Hop *hop = g_new0(Hop, 1);

	hop->from = g_strdup(from);
	hop->helo = g_strdup(from);
	hop->ip = g_strdup(ip);
	hop->by = g_strdup(by);
	hop->date = SCENE_NOW;
	hop->delay = delay;
	hop->flags = flags;
	hop->field = field;
	g_ptr_array_add(message->hops, hop);
}

static inline void
scene_headers(Message *message, const SceneMail *mail)
{
	scene_field(message, "Received",
		"from a8-12.smtp-out.amazonses.com (54.240.8.12) by mx.here.example;"
		" Thu, 28 May 2026 18:00:02 +0000");
	scene_field(message, "Authentication-Results",
		"mx.here.example; spf=pass; dkim=pass header.d=bakery.example; dmarc=pass");
	scene_field(message, "DKIM-Signature", "v=1; d=bakery.example; s=x; h=From; bh=x; b=y");
	scene_field(message, "Authentication-Results", "mx.forged.example; dkim=pass");
	scene_field(message, "Received",
		"from app.bakery.example (app.bakery.example [203.0.113.9]) by smtp-out.invalid;"
		" Thu, 28 May 2026 20:00:00 +0000");
	scene_field(message, "From", mail->from);
	scene_field(message, "Subject", mail->subject);
	scene_field(message, "Subject", "a second one");
	scene_auth(message, "spf", "bounce.bakery.example", true);
	scene_auth(message, "dkim", mail->domain, true);
	scene_auth(message, "dkim", "forged.example", false);
	scene_hop(message, 0, "a8-12.smtp-out.amazonses.com", "54.240.8.12", "mx.here.example",
		-7198, HOP_SES | HOP_BOUNDARY | HOP_BACKWARDS);
	scene_hop(message, 4, "app.bakery.example", "203.0.113.9", "smtp-out.invalid", 0, 0);
}

static inline void
scene_link(Message *message, const SceneMail *mail)
{
	Link *link = g_new0(Link, 1);

	link->text = g_strdup("Verify your wallet");
	link->url = g_strdup("https://x1.r.us-east-1.awstrack.me/L0/https:%2F%2Fwallet-check");
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->final = g_strdup(mail->link);
	link->domain = g_strdup(mail->link_domain);
	g_ptr_array_add(link->services, g_strdup("ses"));
	link->where = g_strdup("part 1.2");
	link->flags = LINK_TRACKED | mail->link_flags;
	g_ptr_array_add(message->links, link);
}

static inline void
scene_finding(Message *message, int weight, const char *text, const char *evidence)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup("made-up");
	finding->weight = weight;
	finding->text = g_strdup(text);
	finding->evidence = g_strdup(evidence ? evidence : "");
	finding->where = g_strdup("header From");
	g_ptr_array_add(message->findings, finding);
}

static inline void
scene_attach(Message *message, const char *name)
{
	Attachment *attachment = attachment_new();

	attachment->path = g_strdup("2");
	attachment->name = g_strdup(name);
	attachment->declared = g_strdup("application/pdf");
	attachment->detected = g_strdup("text/html");
	attachment->size = 12345;
	attachment->sha256 = g_strnfill(64, 'a');
	attachment->flags = ATTACHMENT_NAME_LIES | ATTACHMENT_SCRIPT;
	g_ptr_array_add(attachment->inside, g_strdup("name-lies: it is text/html"));
	g_ptr_array_add(
		attachment->inside, g_strdup("script: <script> from https://evil.example/x.js"));
	g_ptr_array_add(message->attachments, attachment);
}

static inline void
scene_origin(Message *message, const SceneMail *mail)
{
	SesOrigin *origin = message->ses;

	origin->class = SES_CONFIRMED;
	origin->region = g_strdup("us-east-1");
	origin->account = g_strdup(mail->account ? mail->account : SCENE_ACCOUNT);
	origin->account_signed = !mail->unsigned_account;
	origin->ip = g_strdup("54.240.8.12");
	origin->mail_from = g_strdup("bounce.bakery.example");
	if (mail->unsigned_account)
		g_ptr_array_add(origin->inconsistencies,
			g_strdup("Message-ID says us-east-1, Feedback-ID says eu-west-1"));
}

static inline Message *
scene_message(const SceneMail *mail)
{
	Message *message = message_new();
	PartText *text = g_new0(PartText, 1);

	scene_set(&message->subject, mail->subject);
	scene_set(&message->from->address, mail->from);
	scene_set(&message->from->name, mail->name);
	scene_set(&message->from_domain, mail->domain);
	scene_set(&message->to, "team@here.example");
	message->date = SCENE_NOW - mail->age - 60;
	message->received = SCENE_NOW - mail->age;
	message->account_domain = g_strdup(mail->domain);
	message->authenticated = !mail->unsigned_account;
	message->score = mail->score;
	message->envelope->sender = g_strdup("010001@bounce.bakery.example");
	if (!mail->no_recipients)
		g_ptr_array_add(message->envelope->recipients, g_strdup("alice@here.example"));
	scene_origin(message, mail);
	scene_headers(message, mail);
	if (mail->link)
		scene_link(message, mail);
	if (mail->finding)
		scene_finding(message, mail->score, mail->finding, mail->evidence);
	if (mail->file)
		scene_attach(message, mail->file);
	text->path = g_strdup("1");
	text->type = g_strdup("text/plain");
	text->text = g_strdup(mail->text ? mail->text : "Hello,\n\n\tplease look at [1].\n");
	g_ptr_array_add(message->texts, text);
	message_find_edges(message, NULL);
	return message;
}

static inline void
scene_add(Scene *scene, const SceneMail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(scene->store, &error);
	g_autoptr(Message) message = scene_message(mail);
	g_autofree char *raw = g_strdup_printf("From: %s\r\nSubject: %s\r\n\r\nHello \x1b[2J%u\r\n",
		mail->from, mail->subject, g_str_hash(mail->subject) % 97);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "maildir:/quarantine/cur/1",
		.now = SCENE_NOW,
		.transport = "maildir:/out",
		.hold = 30,
	};

	g_assert_no_error(error);
	digest_sha256(raw, strlen(raw), digest);
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_true(store_batch_commit(batch, &error));
}

static inline void
scene_open(Scene *scene)
{
	static const ReportRequest report = {
		.way = REPORT_MAIL,
		.reporter = { "Here Ltd", "abuse@here.example", "here.example" },
		.destination = "email-abuse@amazon.com",
		.transport = "maildir:/reports",
		.hold = 30,
	};
	g_autoptr(GError) error = NULL;

	scene->options = (ConsoleOptions){
		.report = &report,
		.actor = "alice",
		.transport = "maildir:/out",
		.hold = 30,
		.claim = 15 * 60,
		.save_to = "/saved",
	};
	scene->console = console_new(scene->store, &scene->options, SCENE_NOW, &error);
	g_assert_no_error(error);
	console_settle(scene->console);
}

static inline void
scene_setup_empty(Scene *scene, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	scene->folder = g_dir_make_tmp("lazaret-XXXXXX", &error);
	g_assert_no_error(error);
	scene->path = g_build_filename(scene->folder, "mx1.db", NULL);
	scene->store = store_open(scene->path, STORE_CREATE, &error);
	g_assert_no_error(error);
}

/* Seven messages of every colour. */
static const SceneMail scene_mails[] = {
	{ .name = "MetaMask",
		.from = "no-reply@bakery.example",
		.domain = "bakery.example",
		.subject = "Your wallet will be suspended",
		.score = 94,
		.age = 7200,
		.link = "https://wallet-check.example/v",
		.link_domain = "wallet-check.example",
		.link_flags = LINK_TEXT_MISMATCH,
		.finding = "display name says MetaMask, sent from bakery.example",
		.evidence = "\"MetaMask\" <no-reply@bakery.example>" },
	{ .name = "Docusign",
		.from = "sign@orchard.example",
		.domain = "orchard.example",
		.subject = "Please review: Größenänderung 契約書 🖋",
		.account = "Zt4KpAPqR3stUvWxYz0123456789AbCdEfGhIjKlMn8=",
		.score = 91,
		.age = 3 * 3600,
		.link = "https://bucket.s3.amazonaws.com/x.html",
		.link_domain = "amazonaws.com",
		.link_flags = LINK_FREE_HOSTING,
		.finding = "every link leaves the sender's domain",
		.file = "invoice\xe2\x80\xae"
			"fdp.html" },
	{ .name = "Corner Shop",
		.from = "news@shop.example",
		.domain = "shop.example",
		.subject = "Spring sale: 20 % off everything, until Sunday only",
		.account = "Ha9rLwPqR3stUvWxYz0123456789AbCdEfGhIjKlMn8=",
		.score = 12,
		.age = 5 * 86400,
		.link = "https://shop.example/sale",
		.link_domain = "shop.example" },
	{ .name = "",
		.from = "billing@forged.example",
		.domain = "forged.example",
		.subject = "",
		.score = 63,
		.age = 40 * 86400,
		.finding = "bears marks of SES that do not hold together",
		.unsigned_account = true,
		.no_recipients = true },
	{ .name = "Payroll \x1b]0;owned\x07",
		.from = "pay@roll.example",
		.domain = "roll.example",
		.subject = "red\x1b[31m alert\r\n\xc2\x9b"
			   "5mhidden \xe2\x80\xaereversed",
		.score = 55,
		.age = 600,
		.text = "first line\nsecond \x1b[2Jline\n" },
	{ .name = "Corner Shop",
		.from = "news@shop.example",
		.domain = "shop.example",
		.subject = "Your receipt no. 4711",
		.account = "Ha9rLwPqR3stUvWxYz0123456789AbCdEfGhIjKlMn8=",
		.score = 0,
		.age = 400 * 86400 },
	{ .name = "Ledger",
		.from = "no-reply@bakery.example",
		.domain = "bakery.example",
		.subject = "Verify your Ledger device",
		.score = 88,
		.age = 90,
		.link = "https://ledger-live.example/",
		.link_domain = "ledger-live.example",
		.finding = "display name says Ledger, sent from bakery.example" },
};

static inline void
scene_setup(Scene *scene, const void *data)
{
	scene_setup_empty(scene, data);
	for (gsize i = 0; i < G_N_ELEMENTS(scene_mails); i++)
		scene_add(scene, &scene_mails[i]);
}

/* Its store is gone, console and all. */
static inline void
scene_forget(Scene *scene)
{
	static const char *const endings[] = { "", "-wal", "-shm" };

	g_clear_pointer(&scene->console, console_free);
	g_clear_pointer(&scene->store, store_close);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *file = g_strconcat(scene->path, endings[i], NULL);

		g_unlink(file);
	}
	g_clear_pointer(&scene->path, g_free);
}

static inline void
scene_teardown(Scene *scene, G_GNUC_UNUSED const void *data)
{
	scene_forget(scene);
	g_rmdir(scene->folder);
	g_free(scene->folder);
}

static inline void
scene_key(Scene *scene, Key key)
{
	console_key(scene->console, (Press){ .key = key });
	console_settle(scene->console);
}

/* Presses what @keys names, with blanks between: "j j Enter 2"; a word in quotes is typed
 * letter by letter: l "state:held" Enter.  Each key once what the one before asked for is
 * there. */
static inline void
scene_press(Scene *scene, const char *keys)
{
	g_auto(GStrv) words = g_strsplit_set(keys, " \n", -1);

	for (char **word = words; *word; word++) {
		gsize length = strlen(*word);

		if (length == 0)
			continue;
		if (length > 2 && **word == '"' && (*word)[length - 1] == '"') {
			for (const char *at = *word + 1; at[1]; at = g_utf8_next_char(at))
				scene_key(scene, g_utf8_get_char(at));
			continue;
		}
		g_assert_cmpuint(key_from_name(*word), !=, KEY_CODE_NONE);
		scene_key(scene, key_from_name(*word));
	}
}

/* What is seen at once, */
static inline char *
scene_glance(Scene *scene, int rows, int columns)
{
	g_autoptr(Frame) frame = frame_new(rows, columns);

	console_draw(scene->console, frame);
	return frame_dump(frame);
}

/* and once all of it is read: rows that come ask for a preview of theirs when they are drawn. */
static inline void
scene_draw(Scene *scene, Frame *frame)
{
	for (int i = 0; i < 3; i++) {
		frame_clear(frame);
		console_draw(scene->console, frame);
		console_settle(scene->console);
	}
	frame_clear(frame);
	console_draw(scene->console, frame);
}

static inline char *
scene_show(Scene *scene, int rows, int columns)
{
	g_autoptr(Frame) frame = frame_new(rows, columns);

	scene_draw(scene, frame);
	return frame_dump(frame);
}

/* A console on the list of messages, which was drawn once. */
static inline void
scene_setup_list(Scene *scene, const void *data)
{
	scene_setup(scene, data);
	scene_open(scene);
	scene_press(scene, "M");
	g_free(scene_show(scene, SCENE_ROWS, SCENE_COLUMNS));
}

/* By bob, through a store of his own. */
static inline void
scene_decide_elsewhere(const Scene *scene, DecisionKind kind, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) other = store_open(scene->path, STORE_WRITE, &error);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	Target target = { .message = id, .version = -1 };
	OperationRequest request = {
		.kind = kind,
		.targets = targets,
		.actor = "bob",
		.transport = "maildir:/out",
		.now = SCENE_NOW,
	};

	g_assert_no_error(error);
	g_array_append_val(targets, target);
	g_assert_cmpint(store_decide(other, &request, &error), >, 0);
	g_assert_no_error(error);
}

/* ---- what came of it ---- */

static inline MessageState
scene_state(const Scene *scene, int64_t id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_row(scene->store, id, &error);

	g_assert_no_error(error);
	return row->state;
}

/* The message the cursor is on; of a campaign the most dangerous. */
static inline int64_t
scene_current(const Scene *scene)
{
	View *view = console_view(scene->console);
	const MessageRow *row = view->ops->message(view);

	return row ? row->id : 0;
}

static inline const char *
scene_view(const Scene *scene)
{
	return console_view(scene->console)->ops->name;
}

static inline void
scene_shows(Scene *scene, const char *text)
{
	g_autofree char *screen = scene_show(scene, SCENE_ROWS, SCENE_COLUMNS);

	if (!strstr(screen, text))
		g_error("'%s' is not on the screen:\n%s", text, screen);
}

#endif
