/* Files that hold messages in another form: JSON of mail services, zip archives, Base64. */
#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "importer/json_split.h"
#include "tests/importer/haul.h"
#include "tests/importer/place.h"

#define MESSAGE                                                                             \
	"Received: from a8-1.smtp-out.amazonses.com by mx.test; 1 May 2026 12:00 +0000\r\n" \
	"Subject: h\xC3\xBCllo\r\n\r\nbody \xFF\r\n"

static char *
base64(const char *text)
{
	return g_base64_encode((const guchar *)text, strlen(text));
}

static char *
base64url(const char *text)
{
	char *coded = base64(text);

	g_strdelimit(coded, "+", '-');
	g_strdelimit(coded, "/", '_');
	coded[strcspn(coded, "=")] = '\0';
	return coded;
}

static char *
gmail(const char *id, const char *message)
{
	g_autofree char *raw64 = base64url(message);

	return g_strdup_printf("{\"id\": \"%s\", \"labelIds\": [\"SPAM\", {\"a\": \"}\\\"{\"}],"
			       " \"raw\": \"%s\"}",
		id, raw64);
}

static Haul *
haul_text(const char *name, const char *text)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, name, text);

	return haul_of(path);
}

/* ---- JSON ---- */

/* One object, lines, pretty-printed, in arrays: the same messages. */
static void
test_gmail(void)
{
	g_autofree char *one = gmail("18c1", MESSAGE);
	g_autofree char *other = gmail("18c2", "Subject: 2\n\n");
	g_autofree char *texts[] = {
		g_strdup_printf("%s\n%s\n", one, other),
		g_strdup_printf("[%s,%s]", one, other),
		g_strdup_printf("\xEF\xBB\xBF[\r\n  %s,\r\n  %s\r\n]\r\n", one, other),
		g_strdup_printf("%s%s", one, other),
		g_strdup_printf("{\"messages\": [%s, %s]}", one, other),
		NULL,
	};

	for (size_t i = 0; texts[i]; i++) {
		g_autoptr(Haul) haul = haul_text("export", texts[i]);

		g_assert_cmpuint(haul->errors->len, ==, 0);
		g_assert_cmpuint(haul->raws->len, ==, 2);
		g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
		g_assert_cmpstr(raw(haul, 1), ==, "Subject: 2\n\n");
		g_assert_cmpstr(envelope_at(haul, 0), ==, "? >");
		assert_origin(haul, 1, "/export#2");
	}
	for (size_t i = 0; i < 5; i++)
		g_free(g_steal_pointer(&texts[i]));
}

static char *
received(const char *encoding, const char *content)
{
	return g_strdup_printf(
		"{\"notificationType\":\"Received\",\"mail\":{\"source\":\"0100@amazonses.com\","
		"\"messageId\":\"abc\",\"destination\":[\"a@inside.test\",\"list@else.test\"]},"
		"\"receipt\":{\"recipients\":[\"a@inside.test\",\"<b@inside.test>\"],"
		"\"action\":{\"type\":\"SNS\"%s}}%s}",
		encoding, content);
}

static char *
quoted(const char *text)
{
	GString *json = g_string_new("\"");

	for (; *text; text++) {
		if (*text == '\n')
			g_string_append(json, "\\n");
		else if (*text == '\r')
			g_string_append(json, "\\r");
		else if (*text == '"' || *text == '\\')
			g_string_append_printf(json, "\\%c", *text);
		else
			g_string_append_c(json, *text);
	}
	g_string_append_c(json, '"');
	return g_string_free(json, FALSE);
}

/* Bare, in SNS' envelope, and in what SQS, Lambda and the aws command put around that. */
static void
test_ses_receiving(void)
{
	g_autofree char *raw64 = base64(MESSAGE);
	g_autofree char *content = g_strdup_printf(",\"content\":\"%s\"", raw64);
	g_autofree char *bare = received(",\"encoding\":\"BASE64\"", content);
	g_autofree char *inner = quoted(bare);
	g_autofree char *sns = g_strdup_printf(
		"{\"Type\":\"Notification\",\"MessageId\":\"x\",\"Message\":%s}", inner);
	g_autofree char *body = quoted(sns);
	char *texts[] = {
		g_strdup(bare),
		g_strdup(sns),
		g_strdup_printf("{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":%s}]}", sns),
		g_strdup_printf("{\"Records\":[{\"messageId\":\"1\",\"body\":%s}]}", body),
		g_strdup_printf("{\"Messages\":[{\"MessageId\":\"1\",\"Body\":%s}]}", body),
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = texts[i];
		g_autoptr(Haul) haul = haul_text("n.json", text);

		g_assert_cmpuint(haul->errors->len, ==, 0);
		g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
		g_assert_cmpstr(envelope_at(haul, 0), ==,
			"0100@amazonses.com > a@inside.test b@inside.test");
	}
}

/* What is no address is none, in an envelope that somebody else wrote. */
static void
test_ses_receiving_odd_envelope(void)
{
	g_autoptr(Haul) haul = haul_text("n.json",
		"{\"notificationType\":\"Received\",\"mail\":{\"source\":\"a b\\r\\nX: y\"},"
		"\"receipt\":{\"recipients\":[\"\",\"-oQ/tmp x\",7,\"a@inside.test\",null,\"<>\"],"
		"\"action\":{}},\"content\":\"Subject: 1\\n\\n\"}\n"
		"{\"notificationType\":\"Received\",\"mail\":{\"source\":\"<>\"},"
		"\"receipt\":{\"recipients\":\"a@inside.test\"},\"content\":\"Subject: 2\\n\\n\"}\n");

	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(envelope_at(haul, 0), ==, "? > a@inside.test");
	g_assert_cmpstr(envelope_at(haul, 1), ==, "<> >");
}

static void
test_ses_receiving_as_text(void)
{
	static const char message[] = "Subject: h\xC3\xBCllo\r\n\r\n\"body\"\r\n";
	g_autofree char *text = quoted(message);
	g_autofree char *content = g_strdup_printf(",\"content\":%s", text);
	g_autofree char *notification = received("", content);
	g_autoptr(Haul) haul = haul_text("n.json", notification);

	g_assert_cmpstr(raw(haul, 0), ==, message);
}

/* What Export-QuarantineMessage returned, by ConvertTo-Json. */
static void
test_defender_object(void)
{
	g_autofree char *raw64 = base64(MESSAGE);
	g_autofree char *text = g_strdup_printf("[\r\n  {\r\n    \"BodyEncoding\":  \"Base64\",\r\n"
						"    \"Eml\":  \"%s\",\r\n"
						"    \"Identity\":  \"c1\\\\9a\"\r\n  }\r\n]\r\n",
		raw64);
	g_autoptr(Haul) haul = haul_text("export.json", text);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
}

static void
test_json_without_message_is_named(void)
{
	g_autofree char *stored =
		received(",\"bucketName\":\"mail\",\"objectKey\":\"in/\\u001b[2Jabc\"", "");
	g_autofree char *good = gmail("1", "Subject: 1\n\n");
	g_autofree char *text = g_strdup_printf(
		"%s\n{\"Records\":[{\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}]}"
		"\n{\"eventType\":\"Delivery\",\"mail\":{}}\n{\"raw\": \"%%%%\"}\n{\"raw\": \"\"}\n"
		"{\"id\":\"1\",\"payload\":{}}\n{\"raw\": \"U3ViamVjd\"}\n%s\n",
		stored, good);
	g_autoptr(Haul) haul = haul_text("n.json", text);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpuint(haul->errors->len, ==, 7);
	assert_said(haul, "#1: a notification without its message, which is in s3://mail/in/");
	assert_said(haul, "#2: an event without its message, which is in s3://b/k");
	assert_said(haul, "#3: an event (Delivery) without its message");
	assert_said(haul, "#4: what should be Base64 is not");
	assert_said(haul, "#5: empty");
	assert_said(haul, "#6: a message without its bytes; get it with format=raw");
	assert_said(haul, "#7: what should be Base64 is not");
	assert_origin(haul, 0, "#8");
}

/* One bad line costs only itself, whatever is wrong with it. */
static void
test_broken_json_costs_only_itself(void)
{
	g_autofree char *good = gmail("1", "Subject: 1\n\n");
	g_autofree char *deep = g_strnfill(100, '[');
	const char *const bad[] = { "{\"raw\": \"U3Vi", "{\"raw\": {", "{\"raw\": ]}", "{]",
		"{\"raw\": \"\\ud800\"}", "nonsense", "{\"raw\": \"\xFF\"}", "{\"a\" 1}",
		"{\"raw\": \"a\",}", "12", "}", "{\"raw\": \"a\\u0000\"}" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text =
			g_strdup_printf("%s\n%s\n%s\n%s\n", good, bad[i], good, good);
		g_autoptr(Place) place = place_new();
		g_autofree char *path = place_add(place, "x", text);
		g_autofree char *spec = g_strconcat("json:", path, NULL);
		g_autoptr(Haul) haul = haul_of(spec);

		for (guint j = 0; j < haul->errors->len; j++)
			g_test_message(
				"%s: %s", bad[i], (char *)g_ptr_array_index(haul->errors, j));
		g_assert_cmpuint(haul->raws->len, ==, 3);
		g_assert_cmpuint(haul->errors->len, ==, 1);
	}
}

static void
test_json_breaks_off(void)
{
	g_autofree char *good = gmail("1", "Subject: 1\n\n");

	for (size_t length = 1; length < strlen(good); length += 7) {
		g_autofree char *text = g_strdup_printf("%s\n%.*s", good, (int)length, good);
		g_autoptr(Haul) haul = haul_text("x", text);

		g_assert_cmpuint(haul->raws->len, ==, 1);
		g_assert_cmpuint(haul->errors->len, ==, 1);
		assert_said(haul, "it breaks off");
	}
}

/* Deep nesting, endless brackets and keys without end: words, and no crash. */
static void
test_hostile_json(void)
{
	g_autofree char *brackets = g_strnfill(1000000, '[');
	g_autofree char *braces = g_strnfill(100000, '{');
	g_autofree char *good = gmail("1", "Subject: 1\n\n");
	g_autoptr(GString) nested = g_string_new(NULL);
	g_autofree char *texts[5] = { 0 };

	for (int i = 0; i < 100000; i++)
		g_string_append(nested, "{\"Message\":\n");
	texts[0] = g_strdup_printf("{\"raw\":%s\n%s\n", brackets, good);
	texts[1] = g_strdup_printf("{\"raw\":\"\"}%s\n%s\n", braces, good);
	texts[2] = g_strdup_printf("%s\n%s\n", nested->str, good);
	texts[3] = g_strdup_printf("{\"raw\":\"a\"}%s\n%s\n", brackets, good);
	for (size_t i = 0; i < 4; i++) {
		g_autofree char *text = texts[i];
		g_autoptr(Haul) haul = haul_text("x", text);

		texts[i] = NULL;
		g_assert_cmpuint(haul->errors->len, >, 0);
		g_assert_cmpuint(haul->raws->len, <=, 1);
	}
}

static void
test_json_larger_than_window(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(Haul) haul = NULL;

	for (int i = 0; i < 1200; i++) {
		g_autofree char *body = g_strnfill((gsize)(i * 7919 % 9000), 'x');
		g_autofree char *message = g_strdup_printf("Subject: %d\n\n%s", i, body);
		g_autofree char *one = gmail("x", message);

		g_string_append_printf(text, "%s%s", one, i % 3 ? "\n" : "");
	}
	haul = haul_text("x", text->str);
	g_assert_cmpuint(haul->raws->len, ==, 1200);
	g_assert_cmpuint(haul->errors->len, ==, 0);
	for (guint i = 0; i < 1200; i++) {
		g_autofree char *subject = g_strdup_printf("Subject: %u\n\n", i);

		g_assert_true(g_str_has_prefix(raw(haul, i), subject));
		g_assert_cmpuint(strlen(raw(haul, i)), ==, strlen(subject) + i * 7919 % 9000);
	}
}

static void
test_large_message_in_json(void)
{
	g_autofree char *body = g_strnfill(20 * 1024 * 1024, 'x');
	g_autofree char *large = gmail("1", body);
	g_autofree char *endless = g_strnfill(SOURCE_MAX_MESSAGE / 2 * 3, 'x');
	g_autofree char *good = gmail("1", "Subject: 1\n\n");
	g_autofree char *text = NULL;
	g_autoptr(Haul) haul = NULL;

	text = g_strdup_printf("%s\n{\"raw\":\"%s\"}\n%s\n", large, endless, good);
	haul = haul_text("x", text);
	for (guint i = 0; i < haul->errors->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(haul->errors, i));
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpuint(strlen(raw(haul, 0)), ==, 20 * 1024 * 1024);
	assert_said(haul, "x#2: larger than 64 MiB");
	assert_origin(haul, 1, "#3");
}

/* A table or a configuration is no mail. */
static void
test_other_json_is_passed_over(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *good = gmail("1", "Subject: 1\n\n");
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "settings.json", "{\"Subject\": 1, \"from\": \"x\"}\n");
	place_add_only(place, "list.json", "[1, 2, 3]\n");
	place_add_only(place, "mail.json", good);
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpint(haul->others, ==, 2);
	g_assert_cmpuint(haul->errors->len, ==, 0);
}

/* ---- zip ---- */

static void
add_zip(const Place *place, const char *name, const char *encryption, const char *const *files)
{
	g_autofree char *path = place_path(place, name);
	g_autofree char *option = g_strconcat("zip:encryption=", encryption, NULL);
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_write_set_format_zip(archive);
	if (*encryption) {
		g_assert_cmpint(archive_write_set_options(archive, option), ==, ARCHIVE_OK);
		archive_write_set_passphrase(archive, "open, Sesame");
	}
	g_assert_cmpint(archive_write_open_filename(archive, path), ==, ARCHIVE_OK);
	for (; files[0]; files += 2) {
		archive_entry_clear(entry);
		archive_entry_set_pathname(entry, files[0]);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, (la_int64_t)strlen(files[1]));
		g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
		archive_write_data(archive, files[1], strlen(files[1]));
	}
	archive_entry_free(entry);
	g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
	archive_write_free(archive);
}

static const char *const two_files[] = { "0d1/9a.eml", MESSAGE, "0d1/9b.eml", "Subject: 2\n\n",
	"README", "what this is\n", NULL };

static Haul *
haul_locked(const Place *place, const char *name, const char *password)
{
	g_autofree char *path = place_path(place, name);
	g_autofree char *secret = password ? place_add(place, "secret", password) : NULL;
	const SourceOptions options = { .password = secret };
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = source_find(path, &error);

	g_assert_no_error(error);
	if (secret)
		g_assert_cmpint(g_chmod(secret, 0600), ==, 0);
	g_assert_true(source_start(source, NULL, &options, NULL, &error));
	return haul_of_source(source);
}

static void
test_zip(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autoptr(Haul) tree = NULL;

	add_zip(place, "export", "", two_files);
	haul = haul_locked(place, "export", NULL);
	tree = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(raw(haul, 0), ==, MESSAGE);
	assert_origin(haul, 0, "/export#0d1/9a.eml");
	g_assert_cmpint(haul->others, ==, 1);
	g_assert_cmpuint(tree->raws->len, ==, 2);
}

static void
test_zip_with_password(gconstpointer data)
{
	const char *encryption = data;
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) right = NULL;
	g_autoptr(Haul) wrong = NULL;
	g_autoptr(Haul) none = NULL;

	add_zip(place, "export.zip", encryption, two_files);
	right = haul_locked(place, "export.zip", "open, Sesame\n");
	g_assert_cmpuint(right->raws->len, ==, 2);
	g_assert_cmpstr(raw(right, 0), ==, MESSAGE);
	g_assert_cmpstr(raw(right, 1), ==, "Subject: 2\n\n");
	none = haul_locked(place, "export.zip", NULL);
	g_assert_cmpuint(none->raws->len, ==, 0);
	g_assert_cmpuint(none->errors->len, ==, 1);
	assert_said(none, "#0d1/9a.eml: a password is needed: --password-file");
	wrong = haul_locked(place, "export.zip", "open, Sesamf");
	g_assert_cmpuint(wrong->raws->len, ==, 0);
	g_assert_cmpuint(wrong->errors->len, >=, 1);
	assert_said(wrong, "password");
}

static void
test_password_file(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *secret = place_add(place, "secret", "x");
	g_autofree char *path = place_path(place, "a.zip");
	const SourceOptions options = { .password = secret };
	g_autoptr(Source) source = NULL;
	g_autoptr(GError) error = NULL;

	add_zip(place, "a.zip", "", two_files);
	g_assert_cmpint(g_chmod(secret, 0640), ==, 0);
	source = source_find(path, &error);
	g_assert_false(source_start(source, NULL, &options, NULL, &error));
	g_assert_nonnull(strstr(error->message, "others may read or write it"));
}

static void
test_broken_zip_is_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_path(place, "a.zip");
	g_autofree char *bytes = NULL;
	gsize length;

	add_zip(place, "a.zip", "", two_files);
	g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	for (gsize i = 31; i < length; i += 13) {
		g_autoptr(Haul) cut = NULL;
		g_autoptr(Haul) bent = NULL;

		place_add_bytes(place, "b.zip", bytes, i);
		cut = haul_locked(place, "b.zip", NULL);
		g_assert_cmpuint(cut->errors->len, >, 0);
		bytes[i] ^= 0x55;
		place_add_bytes(place, "b.zip", bytes, length);
		bytes[i] ^= 0x55;
		bent = haul_locked(place, "b.zip", NULL);
		for (guint j = 0; j < bent->raws->len; j++)
			g_assert_true(g_str_equal(raw(bent, j), MESSAGE) ||
				g_str_equal(raw(bent, j), "Subject: 2\n\n"));
	}
}

static void
test_zip_bomb_ends(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *body = g_strnfill(60 * 1024 * 1024, 'x');
	const char *files[17] = { 0 };
	g_autoptr(Haul) haul = NULL;

	memcpy(body, "Subject: x\n\n", 12);
	for (int i = 0; i < 16; i += 2) {
		files[i] = "bomb.eml";
		files[i + 1] = body;
	}
	add_zip(place, "bomb.zip", "", files);
	haul = haul_locked(place, "bomb.zip", NULL);
	g_assert_cmpuint(haul->raws->len, <=, 2);
	assert_said(haul, "expands to too much");
}

/* More than goes out of a box at a time. */
static void
test_zip_of_many(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	g_autoptr(Haul) haul = NULL;

	for (int i = 0; i < 100; i++) {
		GString *body = g_string_new(NULL);

		g_string_printf(body, "Subject: %d\n\n", i);
		while (body->len < 400000)
			g_string_append_printf(
				body, "%08x%08x", g_rand_int(rand), g_rand_int(rand));
		g_ptr_array_add(files, g_strdup_printf("%d.eml", i));
		g_ptr_array_add(files, g_string_free(body, FALSE));
	}
	g_ptr_array_add(files, NULL);
	add_zip(place, "many.zip", "", (const char *const *)files->pdata);
	haul = haul_locked(place, "many.zip", NULL);
	g_assert_cmpuint(haul->raws->len, ==, 100);
	for (guint i = 0; i < 100; i++)
		g_assert_cmpstr(raw(haul, i), ==, g_ptr_array_index(files, 2 * i + 1));
}

/* ---- Microsoft Defender ---- */

static char *
lines_of(const char *text, size_t width, const char *end)
{
	GString *lines = g_string_new(NULL);

	for (size_t left = strlen(text); left > 0;) {
		size_t length = MIN(left, width);

		g_string_append_len(lines, text, (gssize)length);
		g_string_append(lines, end);
		text += length;
		left -= length;
	}
	return g_string_free(lines, FALSE);
}

static void
test_base64(void)
{
	g_autofree char *raw64 = base64(MESSAGE);
	g_autofree char *lines = lines_of(raw64, 76, "\r\n");
	g_autoptr(Place) place = place_new();
	g_autoptr(GByteArray) wide = g_byte_array_new();
	g_autoptr(Haul) haul = NULL;

	g_byte_array_append(wide, (const guint8 *)"\xFF\xFE", 2);
	for (const char *c = lines; *c; c++) {
		g_byte_array_append(wide, (const guint8 *)c, 1);
		g_byte_array_append(wide, (const guint8 *)"", 1);
	}
	place_add_only(place, "1.eml", raw64);
	place_add_only(place, "2.txt", lines);
	place_add_bytes(place, "3.eml", (const char *)wide->data, wide->len);
	place_add_only(place, "4.eml", MESSAGE);
	place_add_only(place, "5.txt", "nothing that says anything, and no Base64");
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 4);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpstr(raw(haul, i), ==, MESSAGE);
	g_assert_true(g_str_has_prefix(g_ptr_array_index(haul->origins, 2), "defender:/"));
	g_assert_cmpint(haul->others, ==, 1);
}

/* Half of it is not taken for a message. */
static void
test_base64_breaks_off(void)
{
	g_autofree char *raw64 = base64(MESSAGE MESSAGE);
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *path = NULL;
	g_autofree char *spec = NULL;

	raw64[strlen(raw64) - 9] = '\0';
	place_add_only(place, "1.eml", raw64);
	path = place_add(place, "2.eml", "{ neither }");
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	assert_said(haul, "1.eml: neither a message nor one in Base64, or not all of it");
	spec = g_strconcat("defender:", path, NULL);
	haul_free(g_steal_pointer(&haul));
	haul = haul_of(spec);
	assert_said(haul, "2.eml: neither a message");
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "gmail", test_gmail },
	{ "ses-receiving", test_ses_receiving },
	{ "ses-receiving-odd-envelope", test_ses_receiving_odd_envelope },
	{ "ses-receiving-as-text", test_ses_receiving_as_text },
	{ "defender-object", test_defender_object },
	{ "json-without-message-is-named", test_json_without_message_is_named },
	{ "broken-json-costs-only-itself", test_broken_json_costs_only_itself },
	{ "json-breaks-off", test_json_breaks_off },
	{ "hostile-json", test_hostile_json },
	{ "json-larger-than-window", test_json_larger_than_window },
	{ "large-message-in-json", test_large_message_in_json },
	{ "other-json-is-passed-over", test_other_json_is_passed_over },
	{ "zip", test_zip },
	{ "password-file", test_password_file },
	{ "broken-zip-is-named", test_broken_zip_is_named },
	{ "zip-bomb-ends", test_zip_bomb_ends },
	{ "zip-of-many", test_zip_of_many },
	{ "base64", test_base64 },
	{ "base64-breaks-off", test_base64_breaks_off },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/source-bundles/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	g_test_add_data_func("/source-bundles/zip-crypto", "zipcrypt", test_zip_with_password);
	g_test_add_data_func("/source-bundles/zip-aes", "aes256", test_zip_with_password);
	return g_test_run();
}
