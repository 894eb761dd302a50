#include "mail/detect.h"

#include <string.h>

#include "mail/brands.h"
#include "mail/words.h"

enum {
	MAX_SEARCHED = 4096, /* bytes: a greeting stands at the beginning */
	LONG_NAME = 40       /* bytes that few names need */
};

static const char *const greetings[] = { "hey", "hi", "hello", "dear", "welcome", "hola", "bonjour",
	"ola", "hallo", "ciao", "namaste", NULL };

/* The greeting that @line begins with, or NULL. */
static const char *
greeting_of(const char *line)
{
	for (const char *const *greeting = greetings; *greeting; greeting++) {
		size_t length = strlen(*greeting);

		if (g_ascii_strncasecmp(line, *greeting, length) == 0 &&
			!g_ascii_isalnum(line[length]))
			return *greeting;
	}
	return NULL;
}

static bool
names_a_target(const char *name)
{
	return strstr(name, "://") || strstr(name, "www.") || strstr(name, "t.co/") ||
		strstr(name, "t.me/") || strstr(name, "bit.ly/");
}

/* What stands where the name belongs: up to the comma, or the whole line when
 * the comma comes at once ("Hey ,Bitget Wallet ...").  *closed says that there was
 * a comma: without one it may be no form, but "hello see https://..." */
static char *
name_slot(const char *line, size_t greeting, bool *closed)
{
	const char *start = line + greeting;
	const char *comma;

	start += strspn(start, " \t");
	comma = strchr(start, ',');
	*closed = comma != NULL;
	if (comma == start && comma[1] != ' ')
		return g_strdup(comma + 1);
	return comma ? g_strndup(start, (gsize)(comma - start)) : g_strdup(start);
}

/* A platform's greeting is a name and a comma; a sentence there was typed by
 * whoever signed the victim up. */
static bool
is_payload(const char *slot, bool closed, const Message *message)
{
	if (closed && names_a_target(slot))
		return true;
	return strlen(slot) > LONG_NAME &&
		brand_in_text(message->site->brands, slot, message->from_domain);
}

static bool
find_in_text(const Detector *self, Message *message, const PartText *part)
{
	g_autofree char *start = g_strndup(part->text, MAX_SEARCHED);
	g_auto(GStrv) lines = g_strsplit(start, "\n", -1);
	g_autofree char *where = g_strdup_printf("part %s", part->path);

	for (char **line = lines; *line; line++) {
		const char *trimmed = g_strstrip(*line);
		const char *greeting = greeting_of(trimmed);
		bool closed = false;
		g_autofree char *slot = NULL;

		if (greeting)
			slot = name_slot(trimmed, strlen(greeting), &closed);
		if (!slot || !is_payload(slot, closed, message))
			continue;
		detector_found(self, message, slot, where,
			"the greeting of a form mail holds somebody else's message");
		return true;
	}
	return false;
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->texts->len; i++) {
		if (find_in_text(self, message, g_ptr_array_index(message->texts, i)))
			return;
	}
}

/* Sender, signature and links are genuine on such mail, so this finding has to
 * carry it alone. */
const Detector detect_injected_name = {
	.id = "injected-name",
	.summary = "a name field of a genuine mail was filled with a lure",
	.weight = 45,
	.run = run,
};
