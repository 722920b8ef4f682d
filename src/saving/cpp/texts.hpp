#pragma once

// The text of an exported model that is the same for all: C++17 without dependencies.
namespace kerascpp::cpp {

extern const char* const kHeader;        ///< what the model's header declares of arrays
extern const char* const kArrays;        ///< how elements are laid out and spread
extern const char* const kArrayMembers;  ///< the members of what the header declares
extern const char* const kElementwise;
extern const char* const kShapes;
extern const char* const kReductions;
extern const char* const kProducts;
extern const char* const kLoops;
extern const char* const kProgram;  ///< a program that predicts from .npy files

}  // namespace kerascpp::cpp
