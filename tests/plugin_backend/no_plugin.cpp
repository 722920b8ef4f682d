// A library without the function of a plug-in.
extern "C" __attribute__((visibility("default"))) int kerascpp_something_else() { return 1; }
