#include "importer/form.h"

#include <string.h>

#include "mail/address.h"
#include "mail/from_line.h"

extern const Form form_amavis, form_pmg, form_mailscanner, form_defender;

/* In the order they are asked: the narrow ones first. */
static const Form *const forms[] = {
	&form_amavis,
	&form_pmg,
	&form_mailscanner,
	&form_defender,
	NULL,
};

const Form *
form_of(const char *path, const char *bytes, size_t length)
{
	for (size_t i = 0; forms[i]; i++) {
		if (forms[i]->detect(path, bytes, length))
			return forms[i];
	}
	return NULL;
}

void
form_keep_from(SourceItem *item, size_t offset)
{
	size_t size = g_bytes_get_size(item->raw);
	GBytes *rest = g_bytes_new_from_bytes(item->raw, offset, size - offset);

	g_bytes_unref(item->raw);
	item->raw = rest;
}

static size_t
folded_length(const char *line, size_t length)
{
	const char *at = line;
	const char *end = line + length;

	do {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline ? newline + 1 : end;
	} while (at < end && (*at == ' ' || *at == '\t'));
	return (size_t)(at - line);
}

size_t
form_field(const char *bytes, size_t length, size_t *name, char **value)
{
	size_t whole;

	*name = field_name_length(bytes, length);
	if (*name == 0 || bytes[*name] != ':')
		return 0;
	whole = folded_length(bytes, length);
	*value = g_strndup(bytes + *name + 1, whole - *name - 1);
	g_strstrip(g_strdelimit(*value, "\r\n", ' '));
	return whole;
}

/* Length of the address that @at begins with: up to a comma outside of quotes. */
static size_t
address_length(const char *at)
{
	bool quoted = false;
	size_t length = 0;

	for (; at[length] && (quoted || at[length] != ','); length++) {
		if (at[length] == '\\' && at[length + 1])
			length++;
		else if (at[length] == '"')
			quoted = !quoted;
	}
	return length;
}

char *
form_address(const char *value)
{
	g_autofree char *copy = g_strstrip(g_strdup(value));
	size_t length = strlen(copy);
	g_autofree char *bare = NULL;

	if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
		bare = g_strndup(copy + 1, length - 2);
	else if (length > 0)
		bare = g_steal_pointer(&copy);
	if (!bare || (*bare && address_fault(bare)))
		return NULL;
	return g_steal_pointer(&bare);
}

void
form_add_recipients(Envelope *envelope, const char *value)
{
	while (*value) {
		size_t length = address_length(value);
		g_autofree char *one = g_strndup(value, length);
		g_autofree char *address = form_address(one);

		if (address && *address)
			g_ptr_array_add(envelope->recipients, g_steal_pointer(&address));
		value += length + (value[length] == ',');
	}
	envelope_drop_doubles(envelope);
}
