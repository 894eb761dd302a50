#include "mail/extension.h"

#include <glib.h>
#include <string.h>

// clang-format off
static const char *const programs[] = {
	".exe", ".scr", ".com", ".pif", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse",
	".wsf", ".wsh", ".hta", ".lnk", ".msi", ".jar", ".cpl", ".dll", ".reg", ".url", ".iso",
	".img", ".vhd", ".vhdx", ".apk", ".dmg", ".pkg", ".appx", ".msix", ".chm", ".one", ".xll",
	".settingcontent-ms", NULL,
};
static const char *const pages[] = {
	".html", ".htm", ".shtml", ".xhtml", ".xht", ".mht", ".mhtml", ".svg", NULL,
};
static const char *const documents[] = {
	".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".rtf", ".txt",
	".csv", ".jpg", ".jpeg", ".png", ".gif", ".mp3", ".mp4", ".wav", ".ics", ".eml", NULL,
};
// clang-format on

const char *
extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot : "";
}

static bool
is_one_of(const char *extension, const char *const *list)
{
	for (const char *const *known = list; *known; known++) {
		if (g_ascii_strcasecmp(extension, *known) == 0)
			return true;
	}
	return false;
}

bool
extension_is_program(const char *extension)
{
	return is_one_of(extension, programs);
}

bool
extension_is_page(const char *extension)
{
	return is_one_of(extension, pages);
}

bool
extension_is_document(const char *extension)
{
	return is_one_of(extension, documents);
}

/* U+202A-202E and U+2066-2069 turn "fdp.exe" into "exe.pdf" on the screen. */
bool
extension_is_reversed(const char *name)
{
	for (const char *at = name; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if ((character >= 0x202a && character <= 0x202e) ||
			(character >= 0x2066 && character <= 0x2069))
			return true;
	}
	return false;
}

bool
extension_is_double(const char *name)
{
	const char *last = extension_of(name);
	g_autofree char *rest = g_strndup(name, strlen(name) - strlen(last));

	g_strchomp(rest);
	return (extension_is_program(last) || extension_is_page(last)) &&
		extension_is_document(extension_of(rest));
}
