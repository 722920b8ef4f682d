#pragma once

// Symbols are hidden by default; what users link against is marked KCPP_API.
#if defined(KERASCPP_STATIC)
#define KCPP_API
#else
#define KCPP_API __attribute__((visibility("default")))
#endif
