/* inside_mail.c - messages in archives, and pages saved as messages */
#include <string.h>

#include "mail/extension.h"
#include "mail/inside.h"
#include "mail/tree.h"

static bool
knows(const char *name, const char *head, size_t length)
{
	const char *ending = extension_of(name);

	(void)length;
	return g_ascii_strcasecmp(ending, ".mht") == 0 ||
		g_ascii_strcasecmp(ending, ".mhtml") == 0 ||
		g_ascii_strcasecmp(ending, ".eml") == 0 || strstr(head, "\nMIME-Version:") ||
		g_str_has_prefix(head, "MIME-Version:");
}

static void
push_part(Inside *inside, const InsideFile *file, const Part *part)
{
	gsize length = 0;
	const char *bytes = g_bytes_get_data(part->body, &length);
	g_autofree char *number = g_strdup_printf(
		"%s%s", part->path, strcmp(part->type, "text/html") == 0 ? ".html" : "");
	const char *name = part->name ? part->name : number;

	/* It is taken apart already. */
	if (g_str_has_prefix(part->type, "message/"))
		return;
	if (part->name &&
		!inside_entry(inside, file, name, bytes ? bytes : "", MIN(length, INSIDE_HEAD)))
		return;
	inside_push(inside, file, name, part->body);
}

static void
read_mail(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const char *raw = g_bytes_get_data(file->bytes, &length);
	g_autoptr(Message) message = NULL;

	if (file->shown || !inside_take(inside, length, 0, length))
		return;
	message = message_new();
	tree_read(message, raw, length);
	for (guint i = 0; i < message->parts->len; i++)
		push_part(inside, file, g_ptr_array_index(message->parts, i));
}

extern const InsideReader inside_mail;
const InsideReader inside_mail = {
	.name = "mail",
	.knows = knows,
	.read = read_mail,
};
