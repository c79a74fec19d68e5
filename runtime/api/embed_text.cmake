# Writes a C++ source that holds the file TEXT as the string NAME. A literal may hold 64 KiB, so it is cut into pieces.
file(READ ${TEXT} text)
string(LENGTH "${text}" length)
set(pieces "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 piece)
  string(APPEND pieces "\nR\"embedded(${piece})embedded\"")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUT} "#include \"runtime/api/api_documents.hpp\"\n\nnamespace floorwalker {\n"
                  "const std::string_view ${NAME} =${pieces};\n} // namespace floorwalker\n")
